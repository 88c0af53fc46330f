// A file dropped on the zone is chosen in the zone's own field; choosing works without this too.
export function wireDropZones(root) {
  for (const zone of root.querySelectorAll("[data-drop-zone]")) {
    const field = zone.querySelector("input[type=file]");
    const mark = (over) => zone.classList.toggle("is-over", over);
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

wireDropZones(document);
