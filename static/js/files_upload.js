// Files dropped on a zone or chosen in it are uploaded one after another; each shows how far it is and what became of it.
// The zone says when its files are through: "files-uploaded" on the document's body, with how many were kept and at which addresses.
import { refreshToken } from "./report_session.js";

/** Why a file is not even sent: "tooLarge", or "" where it is. */
export function refusedUnsent(file, maxBytes) {
  return file.size > maxBytes ? "tooLarge" : "";
}

/** What an answer means to who uploads: `{isKept, text, mayRetry}`; `words` are the zone's. */
export function outcomeOf(status, body, words) {
  if (status === 201) return { isKept: true, text: `${words.done} ${body.number}`.trim(), mayRetry: false };
  if (body?.message) return { isKept: false, text: `${body.message} ${body.hint}`.trim(), mayRetry: false };
  return { isKept: false, text: status === 0 || status >= 500 ? words.offline : words.signedOut, mayRetry: true };
}

/** The body of an answer where it is JSON; null where it is a page. */
export function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export class UploadZone {
  constructor(element) {
    this.element = element;
    this.words = element.dataset;
    this.list = element.querySelector("[data-upload-list]");
    this.queue = [];
    this.isBusy = false;
    const field = element.querySelector("input[type=file]");
    const zone = element.querySelector("[data-upload-zone]");
    const mark = (over) => zone.classList.toggle("is-over", over);
    field.addEventListener("change", () => {
      this.add(field.files);
      field.value = "";
    });
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      mark(true);
    });
    zone.addEventListener("dragleave", () => mark(false));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      this.add(event.dataTransfer.files);
    });
  }

  /** Start anew for another owner: what was said of the last one's files goes. */
  moveTo(url) {
    if (this.words.url === url) return;
    this.element.dataset.url = url;
    if (!this.isBusy) this.list.replaceChildren();
  }

  add(files) {
    for (const file of files) this.enqueue(file);
    this.work();
  }

  enqueue(file) {
    const item = this.element.querySelector("[data-upload-item]").content.firstElementChild.cloneNode(true);
    const part = (name) => item.querySelector(`[data-upload-${name}]`);
    part("name").textContent = file.name;
    part("again").addEventListener("click", () => {
      item.remove();
      this.add([file]);
    });
    this.list.append(item);
    const entry = { file, url: this.words.url, bar: part("progress"), said: part("said"), again: part("again"), item };
    const refused = refusedUnsent(file, Number(this.words.maxBytes));
    if (refused) return this.finish(entry, { isKept: false, text: this.words[refused], mayRetry: false });
    entry.said.textContent = this.words.waiting;
    this.queue.push(entry);
    return undefined;
  }

  async work() {
    if (this.isBusy) return;
    this.isBusy = true;
    const kept = [];
    for (let entry = this.queue.shift(); entry; entry = this.queue.shift()) {
      const { status, text } = await this.send(entry);
      const outcome = outcomeOf(status, jsonOf(text), this.words);
      this.finish(entry, outcome);
      if (outcome.isKept) kept.push(entry.url);
    }
    this.isBusy = false;
    if (!kept.length) return;
    const detail = { kept: kept.length, addresses: [...new Set(kept)] };
    document.body.dispatchEvent(new CustomEvent("files-uploaded", { detail }));
  }

  send({ file, url, bar, said }) {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.set("file", file);
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", refreshToken(document));
    said.textContent = this.words.sending;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.upload.addEventListener("load", () => (said.textContent = this.words.checking));
    return new Promise((resolve) => {
      request.addEventListener("loadend", () => resolve({ status: request.status, text: request.responseText }));
      request.send(body);
    });
  }

  finish({ bar, said, again, item }, { isKept, text, mayRetry }) {
    bar.hidden = true;
    said.textContent = text;
    item.classList.add(isKept ? "is-kept" : "is-refused");
    again.hidden = !mayRetry;
  }
}

const zones = new WeakMap();

/** The zone of an element that holds one. */
export function zoneIn(root) {
  const element = root.querySelector("[data-upload]");
  if (element && !zones.has(element)) zones.set(element, new UploadZone(element));
  return element ? zones.get(element) : null;
}

if (typeof document !== "undefined") zoneIn(document);
