import assert from "node:assert/strict";
import { test } from "node:test";

import { nextUsable, stepOf } from "../../static/js/grid_keys.js";

test("Enter and Arrow down go down, Shift+Enter and Arrow up go up", () => {
  assert.equal(stepOf({ key: "Enter" }), 1);
  assert.equal(stepOf({ key: "ArrowDown" }), 1);
  assert.equal(stepOf({ key: "Enter", shiftKey: true }), -1);
  assert.equal(stepOf({ key: "ArrowUp" }), -1);
});

test("marking text with Shift and an arrow, and other combinations, stay the field's", () => {
  assert.equal(stepOf({ key: "ArrowDown", shiftKey: true }), 0);
  assert.equal(stepOf({ key: "Enter", ctrlKey: true }), 0);
  assert.equal(stepOf({ key: "ArrowUp", altKey: true }), 0);
  assert.equal(stepOf({ key: "Tab" }), 0);
});

test("fields that cannot be filled in are passed over", () => {
  assert.equal(nextUsable([true, false, false, true], 0, 1), 3);
  assert.equal(nextUsable([true, false, true], 2, -1), 0);
});

test("at the end of the column one stays", () => {
  assert.equal(nextUsable([true, true], 1, 1), -1);
  assert.equal(nextUsable([true, false], 0, 1), -1);
  assert.equal(nextUsable([true, true], 0, -1), -1);
});
