import assert from "node:assert/strict";
import { test } from "node:test";

import { isTouched, noticeEarly } from "../../static/js/report_early.js";

function field(name, value, defaultValue) {
  const heard = [];
  return { type: "text", dataset: name ? { field: name } : {}, value, defaultValue, heard, dispatchEvent: (e) => heard.push(e.type) };
}

test("a field is touched when it no longer holds what the server sent", () => {
  assert.equal(isTouched({ type: "text", value: "9", defaultValue: "" }), true);
  assert.equal(isTouched({ type: "text", value: "9", defaultValue: "9" }), false);
  assert.equal(isTouched({ type: "checkbox", checked: true, defaultChecked: false }), true);
});

test("what was typed before the script came is told to its row, and nothing else", () => {
  const typed = field("value", "9", "");
  const same = field("base", "5", "5");
  const other = field("", "x", "");

  noticeEarly({ elements: [typed, same, other] });

  assert.deepEqual([typed.heard, same.heard, other.heard], [["input"], [], []]);
});
