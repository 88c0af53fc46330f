// "取台账数": puts the ledger's figure into the row's fields, as if it had been typed; the form computes and saves it.

/** What the fields shall hold: a base only where the ledger has one, and no 不涉及 beside a number. */
export function taken({ value, base }, fields) {
  const now = { value };
  if (fields.base && base) now.base = base;
  if (fields.not_applicable) now.not_applicable = false;
  return now;
}

/** Write into a row's fields and say so: whoever listens to typing hears it. */
export function take(figure, row) {
  const field = (name) => row.querySelector(`[data-field="${name}"]`);
  const fields = { value: field("value"), base: field("base"), not_applicable: field("not_applicable") };
  const now = taken(figure, fields);
  if (fields.not_applicable?.checked) {
    fields.not_applicable.checked = now.not_applicable;
    fields.not_applicable.dispatchEvent(new Event("input", { bubbles: true }));
  }
  fields.value.value = now.value;
  if (now.base) fields.base.value = now.base;
  fields.value.dispatchEvent(new Event("input", { bubbles: true }));
  fields.value.focus();
}

if (typeof document !== "undefined") {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-take-ledger]");
    const row = button?.closest("[data-row]");
    if (row) take(button.dataset, row);
  });
}
