// A file dropped on the zone is chosen in the zone's own field; choosing works without this too. One that is too large
// is let go at once, and the form says so where it also shows what the portal refused.

/** Let go of a file that has more bytes than the field takes; what is said of the file: nothing where it can be sent. */
export function problemOf(field) {
  const { maxBytes, tooLarge } = field.dataset;
  if (![...field.files].some((file) => file.size > Number(maxBytes))) return "";
  field.value = "";
  return tooLarge;
}

export function wireDropZones(root) {
  for (const zone of root.querySelectorAll("[data-drop-zone]")) {
    const field = zone.querySelector("input[type=file]");
    const mark = (over) => zone.classList.toggle("is-over", over);
    const judge = () => {
      const problem = problemOf(field);
      field.form.querySelector("[data-drop-problem]").textContent = problem;
      field.setAttribute("aria-invalid", String(problem !== ""));
    };
    field.addEventListener("change", judge);
    if (field.files.length > 0) judge(); // chosen before this was there
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      mark(true);
    });
    zone.addEventListener("dragleave", () => mark(false));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      if (event.dataTransfer.files.length > 0) {
        field.files = event.dataTransfer.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
}

if (typeof document !== "undefined") wireDropZones(document);
