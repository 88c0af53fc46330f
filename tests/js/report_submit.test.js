import assert from "node:assert/strict";
import { test } from "node:test";

import { unsentAnswer } from "../../static/js/report_submit.js";

test("an answer that was typed and not sent is found, blanks are none", () => {
  const sent = { value: "已改", defaultValue: "已改" };
  const blank = { value: "  ", defaultValue: "" };
  const typed = { value: "已核对", defaultValue: "" };

  assert.equal(unsentAnswer([sent, blank]), undefined);
  assert.equal(unsentAnswer([sent, blank, typed]), typed);
});
