// The queue of the review: how many clean reports are ticked; nothing ticked, nothing to approve.

/** What the page says of the ticked boxes: how many, and whether there is anything to send. */
export function tickedState(ticked) {
  const count = ticked.filter(Boolean).length;
  return { count, isEmpty: count === 0 };
}

function connect(form) {
  const shown = form.querySelector("[data-ticked]");
  const button = form.querySelector("[data-approve-ticked]");
  if (!shown || !button) return;
  const show = () => {
    const boxes = [...form.querySelectorAll("input[name=report]")];
    const { count, isEmpty } = tickedState(boxes.map((box) => box.checked));
    shown.textContent = count;
    button.disabled = isEmpty;
  };
  form.addEventListener("change", () => queueMicrotask(show));
  show();
}

if (typeof document !== "undefined") document.querySelectorAll("[data-choose-all]").forEach(connect);
