import assert from "node:assert/strict";
import { test } from "node:test";

import { fieldOf, invalidState } from "../../static/js/scheme_editor.js";

test("a list of problems is of the field it is named after", () => {
  assert.equal(fieldOf("s-sections-0-criteria-2-max-problems"), "s-sections-0-criteria-2-max");
});

test("what is no list of problems is of no field", () => {
  assert.equal(fieldOf("scheme-state"), null);
  assert.equal(fieldOf("problems"), null);
});

test("a field is invalid while something is said under it", () => {
  assert.equal(invalidState(2), "true");
  assert.equal(invalidState(0), null);
});
