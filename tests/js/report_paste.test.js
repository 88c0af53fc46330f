import assert from "node:assert/strict";
import { test } from "node:test";

import { cellsChanged, isBlock, parseCells, patched, rowsBody } from "../../static/js/report_paste.js";

const row = (more = {}) => ({ value: "", base: "", not_applicable: false, note: "", ...more });

test("tabs part cells and lines part rows, whatever ends a line", () => {
  assert.deepEqual(parseCells("1\t2\r\n3\t4\r\n"), [["1", "2"], ["3", "4"]]);
  assert.deepEqual(parseCells("1\n2\n3"), [["1"], ["2"], ["3"]]);
  assert.deepEqual(parseCells("1\r2"), [["1"], ["2"]]);
});

test("empty cells and empty rows keep their place", () => {
  assert.deepEqual(parseCells("\t2\n\n\t\n5"), [["", "2"], [""], ["", ""], ["5"]]);
  assert.deepEqual(parseCells("1\t"), [["1", ""]]);
  assert.deepEqual(parseCells(""), [[""]]);
});

test("a quoted cell holds tabs, line breaks and doubled quotes", () => {
  assert.deepEqual(parseCells('9\t"一行\n又一行"\r\n7\t"a\tb"'), [["9", "一行\n又一行"], ["7", "a\tb"]]);
  assert.deepEqual(parseCells('"他说""好""\r\n了"\t1'), [['他说"好"\n了', "1"]]);
});

test("a quote that opens nothing is a quote", () => {
  assert.deepEqual(parseCells('"国优"项目\t1'), [['"国优"项目', "1"]]);
  assert.deepEqual(parseCells('5" 屏\t"未完'), [['5" 屏', '"未完']]);
});

test("one cell is no block; more than one is", () => {
  assert.equal(isBlock([["9"]], { field: "value" }), false);
  assert.equal(isBlock([["9"], ["7"]], { field: "value" }), true);
  assert.equal(isBlock([["9", "7"]], { field: "note" }), true);
});

test("lines in a note are cells only where they come from a table", () => {
  const lines = [["一"], ["二"]];

  assert.equal(isBlock(lines, { field: "note", html: "<p>一</p><p>二</p>" }), false);
  assert.equal(isBlock(lines, { field: "note", html: "<html><table><tr>…" }), true);
});

test("a patch changes what it speaks of and nothing else", () => {
  assert.deepEqual(patched(row({ value: "4", note: "旧" }), { value: "9" }, {}), row({ value: "9", note: "旧" }));
  assert.deepEqual(patched(row({ value: "4" }), { note: "新" }, {}), row({ value: "4", note: "新" }));
});

test("a number takes the place of 不涉及, a note does not", () => {
  const now = row({ not_applicable: true, note: "没有食堂" });

  assert.equal(patched(now, { value: "9" }, {}).not_applicable, false);
  assert.equal(patched(now, { note: "x" }, {}).not_applicable, true);
});

test("the words empty a row; where 不涉及 is not allowed the word stands in its cell to be refused", () => {
  const now = row({ value: "4", base: "9", note: "旧" });
  const patch = { value: "不涉及", not_applicable: true };

  assert.deepEqual(patched(now, { value: "清空", clears: true }, {}), row());
  assert.deepEqual(patched(now, patch, { canBeNotApplicable: true }), row({ not_applicable: true, note: "旧" }));
  assert.equal(patched(now, patch, { canBeNotApplicable: false }).value, "不涉及");
});

test("cells that changed are counted, and rows are sent under their codes", () => {
  assert.equal(cellsChanged(row({ value: "4" }), row({ value: "9", note: "x" })), 2);
  const body = rowsBody([
    { code: "A", texts: row({ value: "9" }), version: "1" },
    { code: "B", texts: row({ not_applicable: true }), version: "0", carried: "off" },
  ]);

  assert.deepEqual(body.getAll("code"), ["A", "B"]);
  assert.equal(body.get("A-value"), "9");
  assert.equal(body.get("A-carried"), null);
  assert.equal(body.get("B-not_applicable"), "on");
  assert.equal(body.get("B-carried"), "off");
});
