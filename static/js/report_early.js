// What was typed before the page's script was there counts as typed: the row is computed and saved like any other.

/** Whether a field no longer holds what the server sent. */
export function isTouched(field) {
  return field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

export function noticeEarly(form) {
  for (const field of form.elements) {
    if (field.dataset.field && isTouched(field)) field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
