import assert from "node:assert/strict";
import { test } from "node:test";

import { answerKind, changedSince, formBody, isFilled, progressOf, rowMessage, saveState } from "../../static/js/report_rows.js";

const row = (more = {}) => ({ value: "", base: "", not_applicable: false, note: "", ...more });

test("a row with a value or 不涉及 is filled, one with a base or a note alone is not", () => {
  assert.equal(isFilled(row({ value: "0" })), true);
  assert.equal(isFilled(row({ not_applicable: true })), true);
  assert.equal(isFilled(row({ value: "  " })), false);
  assert.equal(isFilled(row({ base: "9", note: "x" })), false);
});

test("a row that needs a base is not filled without it", () => {
  assert.equal(isFilled(row({ value: "4" }), true), false);
  assert.equal(isFilled(row({ value: "4", base: "9" }), true), true);
  assert.equal(isFilled(row({ not_applicable: true }), true), true);
});

test("only required rows count in the progress", () => {
  const rows = [
    { required: true, filled: true },
    { required: true, filled: false },
    { required: false, filled: true },
  ];

  assert.deepEqual(progressOf(rows), { filled: 1, total: 2 });
});

test("spaces around a number change nothing, a note does", () => {
  const stored = row({ value: "4" });

  assert.equal(changedSince(stored, row({ value: " 4 " })), false);
  assert.equal(changedSince(stored, row({ value: "4.0" })), true);
  assert.equal(changedSince(stored, row({ value: "4", note: " " })), true);
  assert.equal(changedSince(stored, row({ value: "4", base: "1" })), true);
  assert.equal(changedSince(stored, row({ value: "4", not_applicable: true })), true);
});

test("a row is sent with its version, the switch only when it is on", () => {
  assert.equal(formBody(row({ value: "4", note: "a&b" }), "3").toString(), "value=4&base=&note=a%26b&version=3");
  assert.equal(formBody(row({ not_applicable: true }), "0").get("not_applicable"), "on");
});

test("an answer is done, wrong, a conflict, refused, or no answer of ours", () => {
  assert.equal(answerKind(200, true, { version: 2 }), "done");
  assert.equal(answerKind(422, true, { problems: [] }), "wrong");
  assert.equal(answerKind(409, true, { theirs: {} }), "conflict");
  assert.equal(answerKind(409, true, { code: "locked" }), "refused");
  assert.equal(answerKind(200, false, {}), "signedOut");
  assert.equal(answerKind(403, false, {}), "signedOut");
  assert.equal(answerKind(502, false, {}), "offline");
});

test("an error is said before what is only missing", () => {
  const missing = { text: "还缺基数", incomplete: true };
  const wrong = { text: "只能填整数", incomplete: false };

  assert.deepEqual(rowMessage([missing, wrong]), { text: "只能填整数", tone: "text-bad" });
  assert.deepEqual(rowMessage([missing]), { text: "还缺基数", tone: "text-warn" });
  assert.deepEqual(rowMessage([]), { text: "", tone: "" });
});

test("the form is as well saved as its worst row", () => {
  assert.equal(saveState(["saved", "saved"]), "saved");
  assert.equal(saveState(["saved", "saving"]), "saving");
  assert.equal(saveState(["saving", "unsaved"]), "unsaved");
  assert.equal(saveState(["wrong", "saved"]), "unsaved");
  assert.equal(saveState(["unsaved", "offline"]), "offline");
  assert.equal(saveState(["signedOut", "offline"]), "signedOut");
});
