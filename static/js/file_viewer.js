// A link with data-view ("pdf" or "picture") opens in the page's viewer; without this it opens in a window of its own.
// data-title, data-sha256 and data-download say what stands around it. Its neighbours are those of the next data-files.

const KEYS = { ArrowLeft: -1, ArrowRight: 1 };

/** The place `step` away from `index` among `count`; where it was at both ends. */
export function stepped(index, step, count) {
  return Math.min(Math.max(index + step, 0), count - 1);
}

class FileViewer {
  constructor(dialog) {
    this.dialog = dialog;
    this.links = [];
    this.index = 0;
    this.part("close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.part("body").replaceChildren());
    dialog.addEventListener("click", (event) => {
      const step = event.target.closest("[data-viewer-step]")?.dataset.viewerStep;
      if (step) this.show(stepped(this.index, Number(step), this.links.length));
      else if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key in KEYS) this.show(stepped(this.index, KEYS[event.key], this.links.length));
    });
  }

  part(name) {
    return this.dialog.querySelector(`[data-viewer-${name}]`);
  }

  open(link) {
    this.links = [...(link.closest("[data-files]") ?? document).querySelectorAll("[data-view]")];
    this.dialog.showModal();
    this.show(this.links.indexOf(link));
  }

  show(index) {
    this.index = index;
    const link = this.links[index];
    const { view, title, sha256, download } = link.dataset;
    this.part("title").textContent = title;
    this.part("sha256").textContent = sha256;
    this.part("download").href = download;
    this.part("position").textContent = `${index + 1} / ${this.links.length}`;
    for (const button of this.dialog.querySelectorAll("[data-viewer-step]")) {
      button.disabled = stepped(index, Number(button.dataset.viewerStep), this.links.length) === index;
    }
    const shown = document.createElement(view === "picture" ? "img" : "iframe");
    Object.assign(shown, view === "picture" ? { src: link.href, alt: title } : { src: `${link.href}#navpanes=0`, title });
    this.part("body").replaceChildren(shown);
  }
}

export function wireViewer(root) {
  const dialog = root.getElementById("file-viewer");
  if (!dialog) return;
  const viewer = new FileViewer(dialog);
  root.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-view]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    viewer.open(link);
  });
}

if (typeof document !== "undefined") wireViewer(document);
