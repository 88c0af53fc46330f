import assert from "node:assert/strict";
import { test } from "node:test";

import { barsHeight, barsOption, barWords } from "../../static/js/charts/bars.js";
import { lookFrom } from "../../static/js/charts/look.js";

const WORDS = { actual: "实际", target: "目标" };
const LOOK = lookFrom((token) => `value of ${token}`);
const DATA = {
  unit: "%", target: "50",
  bars: [
    { name: "甲县", actual: "61.74", status: "met", word: "已达标" },
    { name: "乙县", actual: null, status: "no_data", word: "未报" },
  ],
};

test("a bar has its status's colour, and says its word", () => {
  const [bars] = barsOption(DATA, WORDS, LOOK).series;

  assert.deepEqual(bars.data.map((bar) => bar.value), [61.74, null]);
  assert.equal(bars.data[0].itemStyle.color, "value of --met");
  assert.equal(bars.data[1].itemStyle.color, "value of --no-data");
  assert.equal(barWords(DATA.bars[0], "%"), "甲县  61.74 %  已达标");
  assert.equal(barWords(DATA.bars[1], "%"), "乙县  —  未报");
});

test("the target is a line where all units share one, else there is none", () => {
  assert.deepEqual(barsOption(DATA, WORDS, LOOK).series[0].markLine.data, [{ xAxis: 50 }]);
  assert.equal(barsOption({ ...DATA, target: null }, WORDS, LOOK).series[0].markLine, undefined);
});

test("the axis reaches the target even where nobody has", () => {
  const { xAxis } = barsOption({ ...DATA, target: "90" }, WORDS, LOOK);

  assert.ok(xAxis.max({ max: 61.74 }) > 90);
  assert.ok(xAxis.max({ max: 120 }) > 120);
  assert.ok(xAxis.max({ max: 0 }) > 0);
});

test("units stand in the given order from the top", () => {
  const { yAxis } = barsOption(DATA, WORDS, LOOK);

  assert.deepEqual(yAxis.data, ["甲县", "乙县"]);
  assert.equal(yAxis.inverse, true);
});

test("the chart grows with its bars", () => {
  assert.ok(barsHeight(11) > barsHeight(6));
  assert.ok(barsHeight(0) > 0);
});

test("every token that a chart asks for is one of the style sheet", async () => {
  const { readFile } = await import("node:fs/promises");
  const tokens = await readFile(new URL("../../static/css/tokens.css", import.meta.url), "utf8");
  const asked = [];
  lookFrom((token) => asked.push(token));

  assert.deepEqual(asked.filter((token) => !tokens.includes(`  ${token}:`)), []);
});
