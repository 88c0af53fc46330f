// The options of a bar chart: units under each other, the actual value of one indicator, each bar in its status's colour.
import { figure, figureWords } from "./trend.js";

/** How high the chart must be for all its bars. */
export function barsHeight(count) {
  return Math.max(120, 44 + count * 24);
}

/**
 * The option of ECharts. `data`: unit (of measure), target (null: none in common), bars: [{name, actual, status, word}];
 * `words`: actual, target; `look`: colours, `statuses`: status → colour.
 */
export function barsOption(data, words, look) {
  const target = figure(data.target);
  return {
    animation: false,
    textStyle: { fontFamily: look.font, color: look.ink },
    grid: { left: 4, right: 64, top: 20, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "item",
      renderMode: "richText",
      confine: true,
      backgroundColor: look.paper,
      borderColor: look.line,
      textStyle: { color: look.ink, fontSize: 12 },
      formatter: ({ dataIndex }) => barWords(data.bars[dataIndex], data.unit),
    },
    xAxis: {
      type: "value",
      min: 0,
      max: ({ max }) => Math.max(max, target ?? 0, 1e-9) * 1.02,
      axisLabel: { color: look.muted, fontSize: 11, showMaxLabel: false },
      splitLine: { lineStyle: { color: look.faint } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: data.bars.map((bar) => bar.name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: look.line } },
      axisLabel: { color: look.ink, fontSize: 12, interval: 0 },
    },
    series: [barSeries(data, words, look, target)],
  };
}

/** What a bar says: name, figure and status word. */
export function barWords(bar, unit) {
  return [bar.name, figureWords(figure(bar.actual), unit), bar.word].filter(Boolean).join("  ");
}

function barSeries(data, words, look, target) {
  return {
    name: words.actual,
    type: "bar",
    barMaxWidth: 14,
    data: data.bars.map((bar) => ({
      value: figure(bar.actual),
      itemStyle: { color: look.statuses[bar.status] ?? look.accent, borderColor: look.muted, borderWidth: 1 },
    })),
    label: {
      show: true,
      position: "right",
      color: look.ink,
      fontSize: 11,
      formatter: ({ dataIndex }) => figureWords(figure(data.bars[dataIndex].actual), data.unit),
    },
    markLine: target === null ? undefined : targetLine(target, data.unit, words, look),
  };
}

function targetLine(target, unit, words, look) {
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: look.ink, width: 1, type: "solid" },
    label: { formatter: `${words.target} ${figureWords(target, unit)}`, position: "end", color: look.ink, fontSize: 11 },
    data: [{ xAxis: target }],
  };
}
