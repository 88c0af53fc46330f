// A row of the quarterly form on the page: its fields read and written, what is said under them and at its end.
import { formBody, rowMessage } from "./report_rows.js";

const FIELDS = ["value", "base", "not_applicable", "note", "version"];

/** One row of the table and what is going on with it. */
export class Row {
  constructor(element) {
    this.element = element;
    this.code = element.dataset.row;
    this.label = element.dataset.label;
    this.required = "required" in element.dataset;
    this.carried = "carried" in element.dataset;
    this.fields = Object.fromEntries(FIELDS.map((name) => [name, element.querySelector(`[data-field="${name}"]`)]));
    this.said = element.querySelector("[data-said]");
    this.mark = element.querySelector("[data-row-state]");
    this.stored = this.sent();
    this.state = "saved";
    this.generation = 0;
    this.group = null;
  }

  /** What stands in the fields, as texts and a boolean. */
  read() {
    const { value, base, not_applicable: flag, note } = this.fields;
    return {
      value: value?.value ?? "",
      base: base?.value ?? "",
      not_applicable: Boolean(flag?.checked),
      note: note?.value ?? "",
    };
  }

  /** What the server sent: a field may hold something else already, typed before this script was there. */
  sent() {
    const { value, base, not_applicable: flag, note } = this.fields;
    return {
      value: value?.defaultValue ?? "",
      base: base?.defaultValue ?? "",
      not_applicable: Boolean(flag?.defaultChecked),
      note: note?.defaultValue ?? "",
    };
  }

  /** The row as the server reads it. */
  body() {
    return formBody(this.read(), this.fields.version.value);
  }

  /** What the server holds of the row now. */
  takeStored({ value, base, not_applicable: isNotApplicable, note, version }) {
    this.fields.version.value = version;
    this.stored = { value, base, not_applicable: isNotApplicable, note };
  }

  /** Whether it still stands as it was carried over, seen by nobody. */
  setCarried(isCarried) {
    this.carried = isCarried;
    this.element.toggleAttribute("data-carried", isCarried);
  }

  write({ value, base, not_applicable: isNotApplicable, note }) {
    this.fields.value.value = value;
    if (this.fields.base) this.fields.base.value = base;
    if (this.fields.not_applicable) this.fields.not_applicable.checked = isNotApplicable;
    this.fields.note.value = note;
    this.grow();
    this.applySwitch();
  }

  /** The note is as high as its text. */
  grow() {
    const { note } = this.fields;
    note.style.height = "auto";
    note.style.height = `${note.scrollHeight + 2}px`;
  }

  /** A row that says 不涉及 holds no number. */
  applySwitch() {
    const off = Boolean(this.fields.not_applicable?.checked);
    for (const field of [this.fields.value, this.fields.base]) {
      if (!field) continue;
      if (off) field.value = "";
      field.disabled = off;
    }
  }

  /** Show what is wrong under the fields, and whether the row is saved at its end. */
  show(problems, mark) {
    for (const name of FIELDS) {
      const wrong = problems.some((problem) => problem.field === name);
      if (wrong) this.fields[name]?.setAttribute("aria-invalid", "true");
      else this.fields[name]?.removeAttribute("aria-invalid");
    }
    const message = rowMessage(problems);
    this.said.textContent = message.text;
    this.said.className = `row-said ${message.tone}`;
    if (mark) this.mark.textContent = mark;
  }

  showFigures(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const cells = [...template.content.querySelectorAll("[data-figure]")];
    this.element.querySelectorAll("[data-figure]").forEach((old, index) => cells[index] && old.replaceWith(cells[index]));
  }
}
