// Keys that work on every page: "/" goes to the page's search field, Ctrl+S presses the page's save button.
// A link or button with data-key="n" is pressed by that key.

/** What a key asks for: "search", "save" or null. Keys typed into a field are the field's. */
export function wishOf({ key, ctrlKey = false, metaKey = false, altKey = false, isTyping = false }) {
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === "s") return "save";
  if (key === "/" && !ctrlKey && !metaKey && !altKey && !isTyping) return "search";
  return null;
}

const TARGETS = { search: "[data-search]", save: "[data-save]" };

/** The plain letter that was typed outside any field, for data-key; null otherwise. */
export function letterOf({ key, ctrlKey = false, metaKey = false, altKey = false, isTyping = false }) {
  if (ctrlKey || metaKey || altKey || isTyping || !/^[a-z]$/i.test(key)) return null;
  return key.toLowerCase();
}

function isTyping(element) {
  return Boolean(element?.closest("input, textarea, select, [contenteditable]"));
}

export function wireKeyboard(root) {
  root.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    const pressed = { key, ctrlKey, metaKey, altKey, isTyping: isTyping(event.target) };
    const letter = root.querySelector("dialog[open]") ? null : letterOf(pressed);
    if (letter) root.querySelector(`[data-key="${letter}"]`)?.click();
    const wish = wishOf(pressed);
    const target = wish && root.querySelector(TARGETS[wish]);
    if (!target) return;
    event.preventDefault();
    if (wish === "save") target.click();
    else target.focus();
  });
}
