// The options of one small chart: a target through the year, actual against what pace expects. Pure: data in, option out.

/** A figure as text ("61.74", null before the quarter opens) as a number. */
export function figure(text) {
  return text === null || text === undefined ? null : Number(text);
}

/** A figure with thousands separators and its unit: "1,234 kW"; a dash where there is none. */
export function figureWords(value, unit) {
  if (value === null || value === undefined || Number.isNaN(value)) return "—";
  return `${Number(value).toLocaleString("en-US", { maximumFractionDigits: 2 })} ${unit}`.trim();
}

/** Where the axis ends: a little above the largest of all figures, so that the target's line is always seen. */
export function axisEnd(line) {
  const figures = [figure(line.target), ...line.actual.map(figure), ...line.expected.map(figure)];
  const largest = Math.max(0, ...figures.filter((value) => value !== null));
  return largest > 0 ? largest * 1.1 : 1;
}

/**
 * The option of ECharts. `line`: code, name, unit, target, actual[4], expected[4] (reporting.charts.TrendLine);
 * `words`: quarters[4], actual, expected, target; `look`: colours and font of the page.
 */
export function trendOption(line, words, look) {
  const target = figure(line.target);
  return {
    animation: false,
    textStyle: { fontFamily: look.font, color: look.ink },
    grid: { left: 4, right: 12, top: 22, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: look.paper,
      borderColor: look.line,
      textStyle: { color: look.ink, fontSize: 12 },
      valueFormatter: (value) => figureWords(value, line.unit),
    },
    xAxis: {
      type: "category",
      data: words.quarters,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: look.line } },
      axisLabel: { color: look.muted, fontSize: 11, interval: 0 },
    },
    yAxis: {
      type: "value",
      min: 0,
      max: axisEnd(line),
      splitNumber: 3,
      axisLabel: { color: look.muted, fontSize: 11, showMaxLabel: false },
      splitLine: { lineStyle: { color: look.faint } },
    },
    series: [expectedSeries(line, words, look), actualSeries(line, words, look, target)],
  };
}

function expectedSeries(line, words, look) {
  return {
    name: words.expected,
    type: "line",
    data: line.expected.map(figure),
    symbol: "none",
    lineStyle: { color: look.muted, width: 1.5, type: "dashed" },
    itemStyle: { color: look.muted },
  };
}

function actualSeries(line, words, look, target) {
  return {
    name: words.actual,
    type: "line",
    data: line.actual.map(figure),
    symbol: "circle",
    symbolSize: 7,
    lineStyle: { color: look.accent, width: 2.5 },
    itemStyle: { color: look.accent },
    markLine: {
      silent: true,
      symbol: "none",
      lineStyle: { color: look.ink, width: 1, type: "solid" },
      label: {
        formatter: `${words.target} ${figureWords(target, line.unit)}`,
        position: "insideStartTop",
        color: look.ink,
        fontSize: 11,
      },
      data: [{ yAxis: target }],
    },
  };
}
