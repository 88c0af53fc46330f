// Enter in a field of a form moves on to the next one; it never sends the form.

const MOVES_ON = ":is(input, select):not([type=submit], [type=button])";

/** The next field after `field` that can be typed into; null at the form's end. */
export function nextField(fields, field) {
  const after = fields.slice(fields.indexOf(field) + 1);
  return after.find((each) => !each.disabled && each.type !== "hidden" && each.type !== "submit") ?? null;
}

export function wireEnter(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented) return;
    if (!event.target.matches(MOVES_ON)) return;
    event.preventDefault();
    nextField([...form.elements], event.target)?.focus();
  });
}
