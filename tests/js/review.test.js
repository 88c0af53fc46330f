import assert from "node:assert/strict";
import { test } from "node:test";

import { letterOf } from "../../static/js/keyboard.js";
import { nextAfter } from "../../static/js/review.js";
import { tickedState } from "../../static/js/review_queue.js";

test("after the last warning comes the first again", () => {
  assert.deepEqual([-1, 0, 1, 2].map((at) => nextAfter(3, at)), [0, 1, 2, 0]);
});

test("without a warning there is none to go to", () => {
  assert.equal(nextAfter(0, -1), -1);
});

test("ticked boxes are counted, and nothing ticked is nothing to send", () => {
  assert.deepEqual(tickedState([true, false, true]), { count: 2, isEmpty: false });
  assert.deepEqual(tickedState([false]), { count: 0, isEmpty: true });
  assert.deepEqual(tickedState([]), { count: 0, isEmpty: true });
});

test("a letter presses its button, capital or not", () => {
  assert.equal(letterOf({ key: "n" }), "n");
  assert.equal(letterOf({ key: "N" }), "n");
});

test("a letter typed into a field, or with a modifier, is none of ours", () => {
  assert.equal(letterOf({ key: "n", isTyping: true }), null);
  assert.equal(letterOf({ key: "n", ctrlKey: true }), null);
  assert.equal(letterOf({ key: "n", altKey: true }), null);
  assert.equal(letterOf({ key: "Enter" }), null);
});
