import assert from "node:assert/strict";
import { test } from "node:test";

import { failureOf, lifetime } from "../../static/js/toasts.js";

test("good news passes by itself, an error stays until it is closed", () => {
  assert.equal(lifetime("success"), 6000);
  assert.ok(lifetime("warning") > lifetime("success"));
  assert.equal(lifetime("error"), null);
});

test("a refusal that comes as a fragment speaks for itself", () => {
  assert.equal(failureOf(409, true), null);
});

test("a whole page instead of a fragment is not put among the messages", () => {
  assert.equal(failureOf(403, false), "failed");
});

test("a failure of the server is said in our own words, whatever it sent", () => {
  assert.equal(failureOf(500, true), "failed");
  assert.equal(failureOf(502, false), "failed");
});

test("no answer at all means that the network is gone", () => {
  assert.equal(failureOf(0, true), "offline");
});
