// One box that ticks all others of its form, and says when only some are ticked.
//   <form data-choose-all> <input type="checkbox" data-all> <input type="checkbox" name="…"> … </form>

/** What the box for all shall show: {checked, indeterminate}. */
export function stateOfAll(ticked) {
  const some = ticked.some(Boolean);
  const all = ticked.length > 0 && ticked.every(Boolean);
  return { checked: all, indeterminate: some && !all };
}

function connect(form) {
  const all = form.querySelector("[data-all]");
  if (!all) return;
  const others = () => [...form.querySelectorAll("input[type=checkbox]:not([data-all]):not(:disabled)")];
  const show = () => Object.assign(all, stateOfAll(others().map((box) => box.checked)));
  all.addEventListener("change", () => {
    for (const box of others()) box.checked = all.checked;
    show();
  });
  form.addEventListener("change", show);
  show();
}

if (typeof document !== "undefined") document.querySelectorAll("[data-choose-all]").forEach(connect);
