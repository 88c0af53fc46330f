import assert from "node:assert/strict";
import { test } from "node:test";

import { axisEnd, figureWords, trendOption } from "../../static/js/charts/trend.js";

const WORDS = { quarters: ["Q1", "Q2", "Q3", "Q4"], actual: "实际", expected: "序时应达", target: "目标" };
const LOOK = { font: "x", ink: "#111", muted: "#666", line: "#999", faint: "#ddd", paper: "#fff", accent: "#0a0" };
const PILES = {
  code: "CP", name: "新建充电桩", unit: "个", target: "300",
  actual: ["12", "61", null, null], expected: ["75", "150", null, null],
};

test("figures become numbers, a quarter that has not opened is a hole in the line", () => {
  const [expected, actual] = trendOption(PILES, WORDS, LOOK).series;

  assert.deepEqual(actual.data, [12, 61, null, null]);
  assert.deepEqual(expected.data, [75, 150, null, null]);
  assert.equal(actual.name, "实际");
  assert.equal(expected.name, "序时应达");
});

test("the target is a line with its words, and the axis reaches beyond it", () => {
  const option = trendOption(PILES, WORDS, LOOK);
  const { markLine } = option.series[1];

  assert.deepEqual(markLine.data, [{ yAxis: 300 }]);
  assert.equal(markLine.label.formatter, "目标 300 个");
  assert.ok(option.yAxis.max > 300);
});

test("actual and expected differ by more than their colour", () => {
  const [expected, actual] = trendOption(PILES, WORDS, LOOK).series;

  assert.notEqual(expected.lineStyle.type, actual.lineStyle.type);
  assert.notEqual(expected.symbol, actual.symbol);
});

test("the tooltip writes no markup: names come from plans that people load", () => {
  assert.equal(trendOption(PILES, WORDS, LOOK).tooltip.renderMode, "richText");
});

test("an axis of zeros still has a height", () => {
  assert.equal(axisEnd({ target: "0", actual: ["0", null, null, null], expected: ["0", null, null, null] }), 1);
});

test("figures are read with separators and unit, and none is a dash", () => {
  assert.equal(figureWords(1234.5, "kW"), "1,234.5 kW");
  assert.equal(figureWords(0, "个"), "0 个");
  assert.equal(figureWords(null, "个"), "—");
});
