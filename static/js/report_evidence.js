// Evidence beside the form: a row's files in a dialog, files dropped on a row uploaded for it, the count kept right.
import { zoneIn } from "./files_upload.js";

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

class EvidenceDialog {
  constructor(dialog) {
    this.dialog = dialog;
    this.zone = zoneIn(dialog);
    dialog.querySelector("[data-evidence-close]").addEventListener("click", () => dialog.close());
    document.body.addEventListener("files-uploaded", (event) => event.detail.addresses.forEach((url) => this.filed(url)));
    dialog.querySelector("#evidence-part").addEventListener("htmx:beforeSwap", (event) => {
      const { requestConfig, pathInfo } = event.detail;
      if (requestConfig.verb === "get" && pathInfo.requestPath !== this.address) event.detail.shouldSwap = false;
    });
  }

  open(row) {
    this.address = row.querySelector("[data-evidence-link]").getAttribute("href");
    this.dialog.querySelector("[data-evidence-name]").textContent = row.dataset.label;
    this.dialog.querySelector("#evidence-part").replaceChildren();
    this.zone?.moveTo(row.dataset.uploadUrl);
    this.dialog.showModal();
    this.load();
  }

  /** Files were kept at an address: those of the row in sight are listed anew, of another row only its count. */
  async filed(url) {
    const row = document.querySelector(`[data-upload-url="${url}"]`);
    const address = row?.querySelector("[data-evidence-link]").getAttribute("href");
    if (!address || address === this.address) return this.load();
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector("[data-evidence-part]");
    return part && showCount(part);
  }

  /** Ask for the row's files, after a question that is still on its way: the last answer is the newest. */
  load() {
    window.htmx.ajax("GET", this.address, { source: "#evidence-part", target: "#evidence-part", swap: "innerHTML" });
  }
}

/** A row's count follows what its files say; the checks are asked anew, for evidence may have been missing. */
function showCount(part) {
  const row = document.getElementById(`row-${part.dataset.code}`);
  const count = row?.querySelector("[data-evidence-count]");
  if (!count || count.textContent === part.dataset.count) return;
  count.textContent = part.dataset.count;
  document.dispatchEvent(new CustomEvent("evidence-changed"));
}

function wireDrop(dialog) {
  let over = null;
  const mark = (row) => {
    over?.classList.remove("is-over");
    over = row;
    over?.classList.add("is-over");
  };
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(event.target.closest?.("[data-upload-url]") ?? null);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) mark(null);
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    const row = event.target.closest?.("[data-upload-url]");
    mark(null);
    if (!row) return;
    dialog.open(row);
    dialog.zone.add(event.dataTransfer.files);
  });
}

const element = document.getElementById("evidence-dialog");
if (element) {
  const dialog = new EvidenceDialog(element);
  wireDrop(dialog);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-evidence-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.open(link.closest("[data-row]"));
  });
  document.addEventListener("htmx:afterSettle", () => {
    const part = element.querySelector("[data-evidence-part]");
    if (part) showCount(part);
  });
}
