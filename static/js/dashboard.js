// Draws the charts of a page: [data-chart="trend"] and [data-chart="bars"], whose data lie in the nearest [data-figures].
import * as echarts from "../vendor/echarts/echarts.esm.min.js";
import { barsHeight, barsOption } from "./charts/bars.js";
import { lookFrom } from "./charts/look.js";
import { trendOption } from "./charts/trend.js";

const style = getComputedStyle(document.documentElement);
const look = lookFrom((token) => style.getPropertyValue(token).trim());
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) echarts.getInstanceByDom(target)?.resize();
});

const OPTIONS = {
  trend: (place, { lines, words }) => trendOption(lines[Number(place.dataset.index)], words, look),
  bars: (place, { words, ...data }) => {
    place.style.height = `${barsHeight(data.bars.length)}px`;
    return barsOption(data, words, look);
  },
};

/** Draw every chart below `root` that is not drawn yet. */
function drawCharts(root) {
  for (const place of root.querySelectorAll("[data-chart]")) {
    if (echarts.getInstanceByDom(place)) continue;
    const data = JSON.parse(place.closest("[data-figures]").dataset.figures);
    echarts.init(place, null, { renderer: "canvas" }).setOption(OPTIONS[place.dataset.chart](place, data));
    sizes.observe(place);
  }
}

/** Let go of the charts that are about to leave the page. */
function dropCharts(root) {
  for (const place of root.querySelectorAll("[data-chart]")) {
    sizes.unobserve(place);
    echarts.getInstanceByDom(place)?.dispose();
  }
}

drawCharts(document);
document.addEventListener("htmx:beforeCleanupElement", (event) => dropCharts(event.target));
document.addEventListener("htmx:afterSettle", () => drawCharts(document));
