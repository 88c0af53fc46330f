// A file dropped on the zone is chosen in the zone's own field; choosing works without this too. One that is too large,
// and several at once, are let go, and the form says so where it also shows what the portal refused.

/** Let go of what the portal would not take; what is said of it: nothing where it can be sent. */
export function problemOf(field) {
  const { maxBytes, tooLarge, several } = field.dataset;
  const files = [...field.files];
  const problem = files.length > 1 ? several : files.some((file) => file.size > Number(maxBytes)) ? tooLarge : "";
  if (problem) field.value = "";
  return problem;
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
