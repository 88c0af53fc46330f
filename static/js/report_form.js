// The quarterly form: while one types, the server says what the row comes to; a moment later the row is saved.
// A row is saved under the version that was seen; if somebody else was first, the person chooses between both.
import { askWhose, canAsk } from "./report_conflict.js";
import { noticeEarly } from "./report_early.js";
import { wireEnter } from "./report_enter.js";
import { Row } from "./report_row.js";
import { answerKind, changedSince, isFilled, missingOf, progressOf, saveState } from "./report_rows.js";
import { refreshToken, wireSession } from "./report_session.js";
import { guardNote, requireNote, wireSubmit } from "./report_submit.js";
import { Together } from "./report_together.js";

const PREVIEW_AFTER_MS = 250;
const SAVE_AFTER_MS = 800;
const CHECKS_AFTER_MS = 1200;
const RETRY_AFTER_MS = 5000;

class ReportForm {
  constructor(form) {
    this.form = form;
    this.rows = [...form.querySelectorAll("[data-row]")].map((element) => new Row(element));
    this.words = document.querySelector("[data-save-state]").dataset;
    this.timers = new Map();
    this.together = new Together(this, form);
    for (const row of this.rows) this.listen(row);
    this.showProgress();
    window.addEventListener("beforeunload", (event) => {
      if (this.rows.some((row) => changedSince(row.stored, row.read()))) event.preventDefault();
    });
    window.addEventListener("focus", () => {
      for (const row of this.rows) if (row.state === "signedOut" || row.state === "offline") this.save(row);
    });
    document.addEventListener("evidence-changed", () => this.refreshSoon());
    // An answer to a comment is sent by htmx; a check may have asked for it.
    document.addEventListener("htmx:afterRequest", ({ detail }) => {
      if (detail.successful && detail.requestConfig.verb === "post") this.refreshSoon();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.saveAll();
    });
  }

  later(key, ms, action) {
    clearTimeout(this.timers.get(key));
    this.timers.set(key, setTimeout(action, ms));
  }

  listen(row) {
    row.element.addEventListener("input", (event) => {
      if (event.target.dataset.field === "not_applicable") row.applySwitch();
      if (event.target.tagName === "TEXTAREA") row.grow();
      row.state = "unsaved";
      row.mark.textContent = this.words.rowUnsaved;
      row.generation += 1;
      this.together.forget(row);
      this.showProgress();
      this.later(`preview-${row.code}`, PREVIEW_AFTER_MS, () => this.preview(row));
      this.later(`save-${row.code}`, SAVE_AFTER_MS, () => this.save(row));
    });
    row.element.addEventListener("focusout", (event) => {
      if (!row.element.contains(event.relatedTarget) && row.state === "unsaved") this.save(row);
    });
    row.grow();
  }

  async preview(row) {
    const generation = row.generation;
    const answer = await this.post(row.element.dataset.previewUrl, row.body());
    row.isStale = answer.kind !== "done";
    if (row.isStale || generation !== row.generation) return;
    row.showFigures(answer.body.figures);
    row.show(answer.body.problems);
  }

  /** Save a row; resolves when it is settled, also where a save of it is on its way already. */
  save(row) {
    clearTimeout(this.timers.get(`save-${row.code}`));
    if (row.group) return this.together.save(row.group);
    row.again = true;
    row.saving ??= this.saveUntilQuiet(row).finally(() => {
      row.saving = null;
      this.showProgress();
    });
    return row.saving;
  }

  async saveUntilQuiet(row) {
    while (row.again && !row.isDisputed) {
      row.again = false;
      const sent = row.read();
      if (!changedSince(row.stored, sent)) {
        row.state = "saved";
        row.mark.textContent = this.words.rowSaved;
        return;
      }
      row.state = "saving";
      this.showProgress();
      this.settle(row, sent, await this.post(row.element.dataset.saveUrl, row.body()));
    }
  }

  settle(row, sent, answer) {
    const { kind, body } = answer;
    if (kind === "done") {
      row.stored = sent;
      row.fields.version.value = body.version;
      row.state = changedSince(sent, row.read()) ? "unsaved" : "saved";
      row.setCarried(false);
      this.together.showCarried();
      row.show(body.problems, `${this.words.rowSaved} ${body.saved_at}`);
      if (row.isStale) this.preview(row);
      this.refreshSoon();
    } else if (kind === "wrong") {
      row.state = "wrong";
      row.show(body.problems, this.words.rowUnsaved);
    } else if (kind === "conflict") {
      row.state = "unsaved";
      this.askWhose(row, body);
    } else if (kind === "refused") {
      row.state = "wrong";
      row.show([{ text: `${body.message} ${body.hint}` }], this.words.rowUnsaved);
    } else {
      row.state = kind;
      row.mark.textContent = this.words.rowUnsaved;
      this.later(`save-${row.code}`, RETRY_AFTER_MS, () => this.save(row));
    }
  }

  /** `{kind, body}`: done, wrong, conflict, refused, offline or signedOut. */
  async post(url, body) {
    const token = refreshToken(document);
    try {
      const response = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token } });
      const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json");
      const said = isJson ? await response.json() : {};
      return { kind: answerKind(response.status, isJson, said), body: said };
    } catch {
      return { kind: "offline", body: {} };
    }
  }

  async askWhose(row, body) {
    if (!canAsk()) return void this.later(`save-${row.code}`, RETRY_AFTER_MS, () => this.save(row));
    row.isDisputed = true;
    const choice = await askWhose(row.read(), body, { hasBase: Boolean(row.fields.base) });
    this.choose(row, body.theirs, choice);
  }

  /** Closed without a choice, the row stays unsaved and asks again at its next save. */
  choose(row, theirs, choice) {
    row.isDisputed = false;
    if (choice !== "mine" && choice !== "theirs") return;
    row.takeStored(theirs);
    if (choice === "theirs") row.write(row.stored);
    row.generation += 1;
    this.preview(row);
    this.save(row);
    row.fields.value.focus();
  }

  refreshSoon() {
    this.later("checks", CHECKS_AFTER_MS, () => this.refreshChecks());
  }

  async refreshChecks() {
    const section = document.querySelector("[data-checks]");
    try {
      const response = await fetch(section.dataset.url, { headers: { "X-Requested-With": "fetch" } });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      section.innerHTML = await response.text();
    } catch {
      return void this.later("checks", RETRY_AFTER_MS, () => this.refreshChecks());
    }
    requireNote();
  }

  showProgress() {
    const isDone = (row) => row.state !== "wrong" && isFilled(row.read(), Boolean(row.fields.base));
    const rows = this.rows.map((row) => ({ required: row.required, filled: isDone(row), row }));
    const { filled, total } = progressOf(rows);
    document.querySelector("[data-filled]").textContent = filled;
    document.querySelector("[data-total]").textContent = total;
    document.querySelector("[data-progress]").value = filled;
    showMissing(missingOf(rows).map((each) => each.row));
    const state = saveState(this.rows.map((row) => row.state));
    const element = document.querySelector("[data-save-state]");
    element.textContent = this.words[state] ?? "";
    element.className = `report-bar-state is-${state}`;
    document.querySelector("[data-sign-in]").hidden = state !== "signedOut";
  }

  /** Save what is not saved yet; whether everything is. */
  async saveAll() {
    const changed = () => this.rows.filter((row) => changedSince(row.stored, row.read()));
    await Promise.all(changed().map((row) => this.save(row)));
    return changed().length === 0;
  }
}

/** The required rows that are not filled in yet, each a link to its field. */
function showMissing(rows) {
  const missing = document.querySelector("[data-missing]");
  missing.hidden = rows.length === 0;
  missing.querySelector("[data-missing-count]").textContent = rows.length;
  const links = rows.map((row) => {
    const [item, link] = [document.createElement("li"), document.createElement("a")];
    Object.assign(link, { href: `#row-${row.code}`, textContent: row.label });
    link.dataset.goTo = row.code;
    item.append(link);
    return item;
  });
  missing.querySelector("[data-missing-list]").replaceChildren(...links);
}

function wireHeader() {
  const form = document.querySelector("[data-header-form]");
  if (!form) return;
  wireEnter(form);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", async () => {
    const said = form.querySelector("[data-header-said]");
    const words = document.querySelector("[data-save-state]").dataset;
    refreshToken(document);
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Requested-With": "fetch" },
      });
      said.textContent = response.status === 204 ? words.rowSaved : words.rowUnsaved;
    } catch {
      said.textContent = words.offline;
    }
  });
}

/** A link of the checks leads into the row's field, not only to the row. */
function wireLinks() {
  document.addEventListener("click", (event) => {
    const code = event.target.closest?.("[data-go-to]")?.dataset.goTo;
    const row = code && document.getElementById(`row-${code}`);
    if (!row) return;
    event.preventDefault();
    row.scrollIntoView({ block: "center" });
    row.querySelector('[data-field="value"]')?.focus({ preventScroll: true });
  });
}

const form = document.querySelector("[data-report-form]");
if (form) {
  wireSubmit(new ReportForm(form));
  wireSession(document);
  wireEnter(form);
  guardNote();
  wireHeader();
  wireLinks();
  requireNote();
  noticeEarly(form);
}
