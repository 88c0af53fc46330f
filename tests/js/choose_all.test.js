import assert from "node:assert/strict";
import test from "node:test";

import { stateOfAll } from "../../static/js/choose_all.js";

test("the box for all is ticked when every other is, and half when some are", () => {
  assert.deepEqual(stateOfAll([true, true]), { checked: true, indeterminate: false });
  assert.deepEqual(stateOfAll([true, false]), { checked: false, indeterminate: true });
  assert.deepEqual(stateOfAll([false, false]), { checked: false, indeterminate: false });
  assert.deepEqual(stateOfAll([]), { checked: false, indeterminate: false });
});
