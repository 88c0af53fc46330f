// Somebody else saved a row first: both values stand side by side, and the person says which counts.

/** Whether the question can be put: one at a time. */
export function canAsk() {
  return !document.getElementById("conflict-dialog").open;
}

/** Which of both counts: "mine", "theirs", or "" where the dialog was closed without a choice. */
export function askWhose(mine, { message, theirs }, { hasBase }) {
  const dialog = document.getElementById("conflict-dialog");
  const word = dialog.querySelector("[data-words-not-applicable]").content.textContent;
  dialog.querySelector("[data-conflict-text]").textContent = message;
  dialog.querySelector("[data-conflict-by]").textContent = `${theirs.by} ${theirs.at}`;
  dialog.querySelector("[data-conflict-base]").hidden = !hasBase;
  for (const [side, line] of Object.entries({ mine, theirs })) {
    for (const cell of dialog.querySelectorAll(`[data-${side}]`)) {
      const name = cell.dataset[side];
      cell.textContent = name === "value" && line.not_applicable ? word : line[name] || "—";
    }
  }
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}
