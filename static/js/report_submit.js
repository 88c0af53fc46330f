// Handing the report in: with warnings only with a note, never before every row is saved, never by mistake.
import { changedSince } from "./report_rows.js";
import { say } from "./toasts.js";

/** With warnings a note is compulsory, with errors there is nothing to submit. */
export function requireNote() {
  const list = document.querySelector("[data-checks] [data-warnings]");
  const note = document.querySelector("[data-note]");
  const submit = document.querySelector("[data-submit]");
  if (!list || !note) return;
  note.required = Number(list.dataset.warnings) > 0;
  document.querySelector("[data-note-mark]").hidden = !note.required;
  note.setCustomValidity(note.required && !note.value.trim() ? note.dataset.needed : "");
  submit.disabled = Number(list.dataset.errors) > 0;
}

/** What one is asked before submitting says how much is filled in and what was warned of. */
function summarize(form) {
  const { confirmBase, wordFilled, wordWarnings } = form.dataset;
  const text = (selector) => document.querySelector(selector).textContent;
  const found = document.querySelector("[data-checks] [data-warnings]").dataset.warnings;
  form.dataset.confirm = `${wordFilled} ${text("[data-filled]")}/${text("[data-total]")} · ${wordWarnings} ${found} · ${confirmBase}`;
}

/** A note that was typed and not submitted yet would be lost: leaving asks first. */
export function guardNote() {
  const note = document.querySelector("[data-note]");
  const form = document.querySelector("[data-submit-form]");
  if (!note || !form) return;
  let isSubmitting = false;
  note.addEventListener("input", requireNote);
  window.addEventListener("submit", (event) => {
    isSubmitting = event.target === form && !event.defaultPrevented;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSubmitting && note.value !== note.defaultValue) event.preventDefault();
  });
}

/** The first answer to a comment that was typed and not sent; boxes are {value, defaultValue}. */
export function unsentAnswer(boxes) {
  return boxes.find((box) => box.value.trim() !== box.defaultValue.trim());
}

/** Submitting waits until every row is saved and every answer sent; only then it is asked whether to submit. */
export function wireSubmit(report) {
  const form = document.querySelector("[data-submit-form]");
  const isSaved = (row) => !changedSince(row.stored, row.read());
  const beforeAnybody = { capture: true };
  window.addEventListener(
    "submit",
    async (event) => {
      if (event.target !== form) return;
      const answer = unsentAnswer([...document.querySelectorAll("textarea[name^='answer-']")]);
      if (answer) {
        event.preventDefault();
        event.stopImmediatePropagation();
        say(document, "error", form.dataset.unsent);
        answer.focus();
        return;
      }
      summarize(form);
      if (report.rows.every(isSaved)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (await report.saveAll()) form.requestSubmit();
      else report.rows.find((row) => !isSaved(row))?.fields.value.focus();
    },
    beforeAnybody,
  );
}
