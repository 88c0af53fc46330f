import assert from "node:assert/strict";
import { test } from "node:test";

import { nextField } from "../../static/js/report_enter.js";

test("Enter moves past what cannot be typed into", () => {
  const [flag, version, off, value, button] = [
    { type: "checkbox" },
    { type: "hidden" },
    { type: "text", disabled: true },
    { type: "text" },
    { type: "submit" },
  ];
  const fields = [flag, version, off, value, button];

  assert.equal(nextField(fields, flag), value);
  assert.equal(nextField(fields, value), null);
});
