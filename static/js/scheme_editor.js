// After a field of the scheme was saved the server sends only what to say under the fields: this marks the fields.

/** The id of the field that a list of problems belongs to; null for one of a whole part. */
export function fieldOf(slotId) {
  const match = /^(s-.+)-problems$/.exec(slotId);
  return match ? match[1] : null;
}

/** Whether a list of problems, by the number of its items, makes its field invalid. */
export function invalidState(count) {
  return count > 0 ? "true" : null;
}

function mark(root, slot) {
  const id = fieldOf(slot.id);
  const field = id && root.getElementById(id);
  if (!field) return;
  const state = invalidState(slot.children.length);
  if (state) field.setAttribute("aria-invalid", state);
  else field.removeAttribute("aria-invalid");
}

export function wireSchemeEditor(root) {
  root.addEventListener("htmx:oobAfterSwap", (event) => {
    const id = event.detail.target?.id ?? "";
    const slot = fieldOf(id) && root.getElementById(id);
    if (slot) mark(root, slot);
  });
}

if (typeof document !== "undefined") wireSchemeEditor(document);
