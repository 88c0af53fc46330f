// Asks before a form is sent that says data-confirm="…". Further attributes of the form or of the pressed button:
// data-confirm-title, data-confirm-action (the button's word), data-confirm-tone="danger",
// data-confirm-reason="…" (label of a compulsory reason; it is sent as `reason`, or as data-confirm-reason-name;
// data-confirm-reason-value="…" proposes one).

/** What to ask, from the dataset of the pressed button and of its form; null where nothing is to be asked. */
export function questionOf(formData, buttonData = {}) {
  const data = { ...formData, ...buttonData };
  if (!data.confirm) return null;
  return {
    text: data.confirm,
    title: data.confirmTitle || "",
    action: data.confirmAction || "",
    isDangerous: data.confirmTone === "danger",
    reasonLabel: data.confirmReason || "",
    reasonName: data.confirmReasonName || "reason",
    reasonValue: data.confirmReasonValue || "",
  };
}

/** Whether the answer suffices: a compulsory reason must not be blank. */
export function isAnswered(question, reason) {
  return !question.reasonLabel || reason.trim() !== "";
}

function fill(dialog, question) {
  const part = (selector) => dialog.querySelector(selector);
  const title = part("#confirm-title");
  title.textContent = question.title || title.dataset.default;
  part("#confirm-text").textContent = question.text;
  const field = part("[data-confirm-reason-field]");
  field.hidden = !question.reasonLabel;
  part("[data-confirm-reason-label]").textContent = question.reasonLabel;
  const reason = part("#confirm-reason");
  reason.value = question.reasonValue ?? "";
  reason.required = Boolean(question.reasonLabel);
  const ok = part("[data-confirm-ok]");
  ok.textContent = question.action || ok.dataset.default;
  ok.classList.toggle("btn-primary", !question.isDangerous);
  ok.classList.toggle("btn-danger", question.isDangerous);
  ok.classList.toggle("is-final", question.isDangerous);
}

/** Opens the dialog; calls `go(reason)` once it is confirmed. */
function ask(dialog, question, go) {
  fill(dialog, question);
  dialog.returnValue = "";
  dialog.addEventListener(
    "close",
    () => {
      const reason = dialog.querySelector("#confirm-reason").value;
      if (dialog.returnValue === "ok" && isAnswered(question, reason)) go(reason.trim());
    },
    { once: true },
  );
  dialog.showModal();
}

function carryReason(form, question, reason) {
  if (!question.reasonLabel) return;
  form.querySelector("input[data-confirm-carried]")?.remove();
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = question.reasonName;
  input.value = reason;
  input.dataset.confirmCarried = "";
  form.append(input);
}

export function wireConfirm(root) {
  const dialog = root.getElementById("confirm-dialog");
  if (!dialog) return;
  const confirmed = new WeakSet();
  root.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const question = questionOf(form.dataset, event.submitter?.dataset);
      if (!question || confirmed.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(dialog, question, (reason) => {
        carryReason(form, question, reason);
        confirmed.add(form);
        form.requestSubmit(event.submitter ?? undefined);
      });
    },
    true,
  );
  root.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const question = questionOf({ confirm: event.detail.question }, event.detail.elt.dataset);
    ask(dialog, question, () => event.detail.issueRequest(true));
  });
}
