import assert from "node:assert/strict";
import { test } from "node:test";

import { isAnswered, questionOf } from "../../static/js/confirm.js";

test("a form without data-confirm is sent without asking", () => {
  assert.equal(questionOf({}), null);
});

test("a form with data-confirm asks in its own words", () => {
  const question = questionOf({ confirm: "提交后不能再修改。", confirmTitle: "提交", confirmAction: "提交", confirmTone: "danger" });

  assert.deepEqual(question, {
    text: "提交后不能再修改。",
    title: "提交",
    action: "提交",
    isDangerous: true,
    reasonLabel: "",
    reasonName: "reason",
    reasonValue: "",
  });
});

test("the pressed button's words come before its form's", () => {
  const question = questionOf({ confirm: "保存？" }, { confirm: "退回？", confirmReason: "退回理由" });

  assert.equal(question.text, "退回？");
  assert.equal(question.reasonLabel, "退回理由");
});

test("a compulsory reason must not be blank", () => {
  const question = questionOf({ confirm: "退回？", confirmReason: "退回理由" });

  assert.equal(isAnswered(question, "  \n"), false);
  assert.equal(isAnswered(question, "与台账不一致"), true);
});

test("where no reason is asked for, none is needed", () => {
  assert.equal(isAnswered(questionOf({ confirm: "提交？" }), ""), true);
});
