// What the quarterly form decides without the page: which rows are filled, changed, saved; what an answer means.

const NUMBERS = ["value", "base"];

/** Whether a row is a whole line: a value, with its base where it has one, or 不涉及. */
export function isFilled({ value, base, not_applicable: isNotApplicable }, hasBase = false) {
  return isNotApplicable || (value.trim() !== "" && (!hasBase || base.trim() !== ""));
}

/** How many of the required rows are filled in. */
export function progressOf(rows) {
  const total = rows.filter((row) => row.required).length;
  return { filled: total - missingOf(rows).length, total };
}

/** The required rows that are not filled in. */
export function missingOf(rows) {
  return rows.filter((row) => row.required && !row.filled);
}

/** Whether a row differs from what was stored; spaces around a number mean nothing. */
export function changedSince(stored, now) {
  return (
    NUMBERS.some((name) => stored[name].trim() !== now[name].trim()) ||
    stored.not_applicable !== now.not_applicable ||
    stored.note !== now.note
  );
}

/** A row as the server reads it. */
export function formBody(row, version) {
  const body = new URLSearchParams({ value: row.value, base: row.base, note: row.note, version });
  if (row.not_applicable) body.set("not_applicable", "on");
  return body;
}

/** What an answer means: done, wrong, conflict, refused, offline or signedOut. */
export function answerKind(status, isJson, body) {
  if (!isJson) return status >= 500 ? "offline" : "signedOut";
  if (status < 300) return "done";
  if (body.theirs) return "conflict";
  return body.problems ? "wrong" : "refused";
}

/** What stands under a row: its first problem, errors before what is only missing; nothing where all is well. */
export function rowMessage(problems) {
  const [first] = problems.filter((problem) => !problem.incomplete).concat(problems);
  if (!first) return { text: "", tone: "" };
  return { text: first.text, tone: first.incomplete ? "text-warn" : "text-bad" };
}

const WORST_FIRST = ["signedOut", "offline", "wrong", "unsaved", "saving"];

/** The state of the whole form, from those of its rows: the worst of them. */
export function saveState(states) {
  const worst = WORST_FIRST.find((state) => states.includes(state));
  if (worst === undefined) return "saved";
  return worst === "wrong" ? "unsaved" : worst;
}
