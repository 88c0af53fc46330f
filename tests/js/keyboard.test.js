import assert from "node:assert/strict";
import { test } from "node:test";

import { wishOf } from "../../static/js/keyboard.js";

test("a slash goes to the search field, unless somebody is typing", () => {
  assert.equal(wishOf({ key: "/" }), "search");
  assert.equal(wishOf({ key: "/", isTyping: true }), null);
  assert.equal(wishOf({ key: "/", ctrlKey: true }), null);
});

test("Ctrl+S and Command+S save, also while typing", () => {
  assert.equal(wishOf({ key: "s", ctrlKey: true, isTyping: true }), "save");
  assert.equal(wishOf({ key: "S", metaKey: true }), "save");
  assert.equal(wishOf({ key: "s", ctrlKey: true, altKey: true }), null);
});

test("other keys ask for nothing", () => {
  assert.equal(wishOf({ key: "s" }), null);
  assert.equal(wishOf({ key: "Enter" }), null);
});
