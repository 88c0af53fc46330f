import assert from "node:assert/strict";
import { test } from "node:test";

import { taken } from "../../static/js/ledger_take.js";

test("the figure goes into the value, and into the base where there is one", () => {
  assert.deepEqual(taken({ value: "5", base: "" }, {}), { value: "5" });
  assert.deepEqual(taken({ value: "5", base: "10" }, { base: {} }), { value: "5", base: "10" });
});

test("a base the ledger does not know stays as it was typed", () => {
  assert.deepEqual(taken({ value: "5", base: "" }, { base: {} }), { value: "5" });
  assert.deepEqual(taken({ value: "5", base: "10" }, {}), { value: "5" });
});

test("a number takes 不涉及 back", () => {
  assert.deepEqual(taken({ value: "5", base: "" }, { not_applicable: {} }), { value: "5", not_applicable: false });
});
