// In a table with data-grid-keys, Enter, Arrow up and Arrow down move between the fields of a column, as in a spreadsheet.

const STEPS = { Enter: 1, ArrowDown: 1, ArrowUp: -1 };

/** The step a key makes in a column of fields: 1 down, -1 up, 0 none. Shift+Enter goes up; other combinations stay. */
export function stepOf({ key, shiftKey = false, ctrlKey = false, altKey = false, metaKey = false }) {
  if (ctrlKey || altKey || metaKey) return 0;
  if (shiftKey) return key === "Enter" ? -1 : 0;
  return STEPS[key] ?? 0;
}

/** The index of the next usable field from `index` in steps of `step`; -1 at the column's end. */
export function nextUsable(isUsable, index, step) {
  let next = index + step;
  while (next >= 0 && next < isUsable.length && !isUsable[next]) next += step;
  return next >= 0 && next < isUsable.length ? next : -1;
}

function column(table, field) {
  const key = field.dataset.gridColumn ?? String(field.closest("td, th").cellIndex);
  const all = table.querySelectorAll("input:not([type=hidden]):not([type=checkbox])");
  return [...all].filter((each) => (each.dataset.gridColumn ?? String(each.closest("td, th").cellIndex)) === key);
}

export function wireGridKeys(root) {
  root.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("[data-grid-keys] input:not([type=checkbox])");
    const step = field ? stepOf(event) : 0;
    if (!step) return;
    const fields = column(field.closest("[data-grid-keys]"), field);
    const usable = fields.map((each) => !each.disabled && !each.readOnly);
    const next = nextUsable(usable, fields.indexOf(field), step);
    event.preventDefault();
    if (next >= 0) {
      fields[next].focus();
      fields[next].select();
    }
  });
}
