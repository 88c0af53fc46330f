import assert from "node:assert/strict";
import { test } from "node:test";

import { refreshToken, tokenFrom } from "../../static/js/report_session.js";

const page = (cookie, ...values) => {
  const fields = values.map((value) => ({ value }));
  return { cookie, fields, querySelectorAll: () => fields };
};

test("the token is read from among the cookies", () => {
  assert.equal(tokenFrom("theme=a; csrftoken=abc; other=csrftoken"), "abc");
  assert.equal(tokenFrom("xcsrftoken=abc"), "");
  assert.equal(tokenFrom(""), "");
});

test("after somebody signed in again every form holds the new token", () => {
  const root = page("csrftoken=new", "old", "old");

  assert.equal(refreshToken(root), "new");
  assert.deepEqual(root.fields.map((field) => field.value), ["new", "new"]);
});

test("without a cookie the page's own token stays", () => {
  const root = page("", "old");

  assert.equal(refreshToken(root), "old");
  assert.equal(root.fields[0].value, "old");
});
