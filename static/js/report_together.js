// Rows that are saved together, all or none: a pasted block, its undoing, lines confirmed as they stand. As long as one
// of them is refused all stay as they were typed, unsaved and marked; each correction tries all of them again.
import { askWhose, canAsk } from "./report_conflict.js";
import { cellsChanged, isBlock, parseCells, patched, rowsBody } from "./report_paste.js";
import { changedSince } from "./report_rows.js";
import { say } from "./toasts.js";

const RETRY_AFTER_MS = 5000;

const fill = (words, numbers) => words.replace(/\{(\w+)\}/g, (_all, name) => numbers[name]);

/** Rows to be saved at once; `carriedOf` says of each whether it shall stand as confirmed or carried over. */
class Group {
  constructor(rows, { carriedOf = () => "", before = new Map(), done = () => {} } = {}) {
    this.rows = new Set(rows);
    this.carriedOf = carriedOf;
    this.before = before;
    this.done = done;
    this.isSaved = false;
    this.saving = null;
    this.refused = "";
    for (const row of this.rows) row.group = this;
  }

  body() {
    return rowsBody(
      [...this.rows].map((row) => ({
        code: row.code,
        texts: row.read(),
        version: row.fields.version.value,
        carried: this.carriedOf(row),
      })),
    );
  }
}

export class Together {
  constructor(report, form) {
    this.report = report;
    this.urls = form.dataset;
    this.words = document.querySelector("[data-together-words]").dataset;
    this.undoButton = document.querySelector("[data-undo-paste]");
    this.refused = document.querySelector("[data-refused-paste]");
    this.undoable = null;
    this.isPasting = false;
    this.hasTyped = false;
    form.addEventListener("input", () => (this.hasTyped = true));
    form.addEventListener("paste", (event) => this.onPaste(event));
    form.addEventListener("keydown", (event) => this.onKey(event));
    this.undoButton.addEventListener("click", () => this.undo());
    document.addEventListener("click", (event) => this.onConfirm(event));
    this.refused.querySelector("[data-paste-again]").addEventListener("click", () => this.pasteAgain());
    this.refused.querySelector("[data-drop-paste]").addEventListener("click", () => (this.refused.hidden = true));
  }

  // --- saving

  /** Save a group; resolves when it is settled. What was refused is not sent again before somebody changed it. */
  save(group) {
    group.saving ??= this.send(group).finally(() => {
      group.saving = null;
      this.report.showProgress();
    });
    return group.saving;
  }

  async send(group) {
    const body = group.body();
    if (group.rows.size === 0 || String(body) === group.refused) return;
    const sent = new Map([...group.rows].map((row) => [row, row.read()]));
    this.mark(group, "saving");
    const answer = await this.report.post(this.urls.rowsUrl, body);
    if (answer.kind === "conflict") return this.askWhose(group, answer.body);
    if (answer.kind === "done") return this.settle(group, sent, answer.body);
    if (answer.body.rows) this.showWrong(group, answer.body.rows);
    else this.mark(group, answer.body.message ? "wrong" : answer.kind);
    group.refused = answer.body.rows || answer.body.message ? String(body) : "";
    if (answer.body.message) say(document, "error", answer.body.message, answer.body.hint);
    if (!group.refused) this.report.later("together", RETRY_AFTER_MS, () => this.save(group));
  }

  settle(group, sent, { rows, saved_at: savedAt }) {
    group.isSaved = true;
    for (const row of group.rows) {
      const stored = rows[row.code];
      const isAsSent = !changedSince(sent.get(row), row.read());
      row.group = null;
      row.takeStored(stored);
      row.setCarried(stored.carried);
      if (isAsSent) row.write(row.stored);
      row.state = isAsSent ? "saved" : "unsaved";
      row.generation += 1;
      row.showFigures(stored.figures);
      row.show(stored.problems, stored.carried ? this.words.carried : `${this.report.words.rowSaved} ${savedAt}`);
      if (!isAsSent) this.report.save(row);
    }
    this.report.refreshSoon();
    this.showCarried();
    group.done();
  }

  showWrong(group, rows) {
    for (const row of group.rows) {
      const { problems } = rows[row.code];
      row.state = problems.some((problem) => !problem.incomplete) ? "wrong" : "unsaved";
      row.show(problems, this.report.words.rowUnsaved);
    }
    const wrong = [...group.rows].filter((row) => row.state === "wrong");
    say(document, "error", fill(this.words.wrong, { rows: wrong.length }), this.words.wrongHint);
    wrong[0]?.element.querySelector("[aria-invalid]")?.focus();
  }

  mark(group, state) {
    for (const row of group.rows) {
      row.state = state;
      row.mark.textContent = this.report.words.rowUnsaved;
    }
    this.report.showProgress();
  }

  /** Closed without a choice, the group stays unsaved and asks again at its next save. */
  async askWhose(group, body) {
    const row = this.report.rows.find((each) => each.code === body.theirs.row);
    this.mark(group, "unsaved");
    const choice = canAsk() ? await askWhose(row.read(), body, { hasBase: Boolean(row.fields.base) }) : "";
    if (choice !== "mine" && choice !== "theirs") return undefined;
    row.takeStored(body.theirs);
    if (choice === "theirs") this.leave(group, row, row.stored);
    return this.send(group);
  }

  /** Take a row out of its group, holding these texts; it is saved by itself where they are not stored. */
  leave(group, row, texts, mark = this.report.words.rowSaved) {
    group.rows.delete(row);
    row.group = null;
    row.write(texts);
    row.generation += 1;
    row.state = "saved";
    row.show([]);
    row.mark.textContent = mark;
    this.report.preview(row);
    if (changedSince(row.stored, texts)) this.report.save(row);
  }

  // --- pasting

  onPaste(event) {
    const { field } = event.target.dataset;
    const element = event.target.closest("[data-row]");
    if (!element || !["value", "base", "note"].includes(field)) return;
    const cells = parseCells(event.clipboardData.getData("text/plain"));
    if (!isBlock(cells, { field, html: event.clipboardData.getData("text/html") })) return;
    event.preventDefault();
    if (!this.isPasting) this.paste(event.clipboardData.getData("text/plain"), element.dataset.row, field);
  }

  async paste(text, code, field) {
    const cells = parseCells(text);
    this.isPasting = true;
    await this.report.saveAll();
    const body = new URLSearchParams({ cells: JSON.stringify(cells), code, field });
    const answer = await this.report.post(this.urls.pasteUrl, body);
    this.isPasting = false;
    if (answer.kind === "done") {
      this.refused.hidden = true;
      return this.apply(answer.body.rows, answer.body.told);
    }
    this.keep(text, code, field, answer.body.message ?? this.words.notPasted);
    if (answer.body.message) say(document, "error", answer.body.message, answer.body.hint);
    else say(document, "error", this.words.notPasted, this.report.words[answer.kind] ?? "");
    return undefined;
  }

  /** What was refused stays in view with its reasons, to be mended and pasted again, or copied. */
  keep(text, code, field, reasons) {
    this.refusedAt = { code, field };
    this.refused.querySelector("[data-refused-reasons]").textContent = reasons;
    this.refused.querySelector("textarea").value = text;
    this.refused.hidden = false;
    this.refused.scrollIntoView({ block: "center" });
  }

  pasteAgain() {
    const { code, field } = this.refusedAt;
    if (!this.isPasting) this.paste(this.refused.querySelector("textarea").value, code, field);
  }

  /** `told` is what the reader should know of the rows that were passed over. */
  async apply(patches, told) {
    const before = new Map();
    let cells = 0;
    for (const row of this.report.rows.filter((each) => patches[each.code])) {
      const texts = row.read();
      const canBeNotApplicable = Boolean(row.fields.not_applicable);
      const now = patched(texts, patches[row.code], { canBeNotApplicable });
      if (cellsChanged(texts, now) === 0) continue;
      cells += cellsChanged(texts, now);
      before.set(row, { texts, stored: row.stored, carried: row.carried, mark: row.mark.textContent });
      row.write(now);
      row.generation += 1;
    }
    if (before.size === 0) return say(document, "success", this.words.same, told);
    const said = fill(this.words.pasted, { cells, rows: before.size });
    const done = () => say(document, "success", said, [told, this.words.pastedHint].filter(Boolean).join(" "));
    const group = new Group(before.keys(), { before, done });
    this.offerUndo(group);
    return this.save(group);
  }

  // --- undoing

  offerUndo(group) {
    this.undoable = group;
    this.undoButton.hidden = group === null;
    this.hasTyped = false;
  }

  /** What somebody types into a saved row of the block is theirs: undoing would take it away. */
  forget(row) {
    if (this.undoable?.isSaved && this.undoable.before.has(row)) this.offerUndo(null);
  }

  /** Ctrl+Z is meant for the block as long as nothing was typed since. */
  onKey(event) {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
    if (!isUndo || !this.undoable || this.hasTyped) return;
    event.preventDefault();
    this.undo();
  }

  async undo() {
    const group = this.undoable;
    if (!group) return;
    this.offerUndo(null);
    await group.saving;
    if (!group.isSaved) {
      for (const row of [...group.rows]) {
        const { texts, mark } = group.before.get(row);
        this.leave(group, row, texts, mark);
      }
      this.report.showProgress();
      say(document, "success", this.words.undone);
      return;
    }
    for (const [row, { stored }] of group.before) row.write(stored);
    const carriedOf = (row) => (group.before.get(row).carried ? "on" : "");
    const done = () => say(document, "success", this.words.undone);
    await this.save(new Group(group.before.keys(), { carriedOf, done }));
  }

  // --- confirming what was carried over

  onConfirm(event) {
    const button = event.target.closest?.("[data-confirm-carried]");
    if (!button) return;
    event.preventDefault();
    const { code } = button.dataset;
    this.confirm(this.report.rows.filter((row) => row.carried && (!code || row.code === code)));
  }

  async confirm(rows) {
    await this.report.saveAll();
    const seen = rows.filter((row) => row.carried && !row.group);
    if (seen.length === 0) return;
    const done = () => say(document, "success", fill(this.words.confirmed, { rows: seen.length }));
    await this.save(new Group(seen, { carriedOf: () => "off", done }));
  }

  showCarried() {
    const count = this.report.rows.filter((row) => row.carried).length;
    const panel = document.querySelector("[data-carried-panel]");
    if (!panel) return;
    panel.hidden = count === 0;
    panel.querySelector("[data-carried-count]").textContent = count;
  }
}
