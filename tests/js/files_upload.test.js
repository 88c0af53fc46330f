import assert from "node:assert/strict";
import { test } from "node:test";

import { stepped } from "../../static/js/file_viewer.js";
import { jsonOf, outcomeOf, refusedUnsent } from "../../static/js/files_upload.js";

const words = { done: "已上传，编号", offline: "网络中断", signedOut: "请登录" };

test("a file that is too large is not even sent", () => {
  assert.equal(refusedUnsent({ size: 11 }, 10), "tooLarge");
  assert.equal(refusedUnsent({ size: 10 }, 10), "");
});

test("a kept file says its number", () => {
  assert.deepEqual(outcomeOf(201, { number: "A-01" }, words), {
    isKept: true,
    text: "已上传，编号 A-01",
    mayRetry: false,
  });
});

test("a refused file says why, and is not worth another try", () => {
  const outcome = outcomeOf(422, { message: "不是可用的佐证材料。", hint: "请另存。" }, words);

  assert.deepEqual(outcome, { isKept: false, text: "不是可用的佐证材料。 请另存。", mayRetry: false });
});

test("without an answer, or with a page to sign in, it can be tried again", () => {
  assert.deepEqual(outcomeOf(0, null, words), { isKept: false, text: "网络中断", mayRetry: true });
  assert.deepEqual(outcomeOf(502, null, words).text, "网络中断");
  assert.deepEqual(outcomeOf(200, null, words).text, "请登录");
  assert.equal(jsonOf("<html>"), null);
  assert.deepEqual(jsonOf('{"a":1}'), { a: 1 });
});

test("the viewer stops at both ends", () => {
  assert.equal(stepped(0, -1, 3), 0);
  assert.equal(stepped(0, 1, 3), 1);
  assert.equal(stepped(2, 1, 3), 2);
});
