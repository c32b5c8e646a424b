/** The charts of a page: each with its words, panels and numbers, and one legend for all. */

import { type Chart, type Panel, panelWidth } from "./chart.ts";
import { type Drawing, drawKey, drawPanel } from "./draw-panel.ts";
import { escapeMarkup } from "./escape.ts";
import { paragraph, tableMarkup } from "./html-markup.ts";
import type { Look } from "./strategy-looks.ts";

/** Few readers want these, and they are long: a click away. */
const folded: readonly Chart["id"][] = [
  "percentiles-placed",
  "percentiles-release",
  "percentiles-cleanup",
];

/** The legend, then every chart. */
export function chartsMarkup(charts: readonly Chart[]): string[] {
  return [toolsMarkup(legendOf(charts)), ...charts.map(chartMarkup)];
}

/** Every series of any chart, once. */
export function legendOf(charts: readonly Chart[]): Look[] {
  const looks = new Map(charts.flatMap(({ legend }) => legend.map((look) => [look.slot, look])));
  return [...looks.values()];
}

/** Buttons that the script of the page brings to life; without it they are the legend. */
function toolsMarkup(looks: readonly Look[]): string {
  if (looks.length === 0) return "";
  const buttons = looks.map(
    (look) =>
      `<button type="button" disabled aria-pressed="true" data-slot="${look.slot}">` +
      `<svg width="34" height="14" viewBox="0 0 34 14" aria-hidden="true">${drawKey(look)}</svg>` +
      `${escapeMarkup(look.name)}</button>`,
  );
  return (
    `<div class="tools" role="group" aria-label="Legend: what the charts show">` +
    `${buttons.join("")}<button type="button" disabled aria-pressed="false" data-linear>` +
    "linear latencies</button></div>"
  );
}

function chartMarkup(chart: Chart): string {
  const heading = `<h3 id="${chart.id}-heading">${escapeMarkup(chart.title)}</h3>`;
  const words = [
    ...(chart.alternative === "" ? [] : [paragraph(chart.alternative)]),
    ...(chart.lacking === undefined ? [] : [paragraph(`${chart.lacking}.`, "lacking")]),
    ...(chart.panels.length === 0 ? [] : [paragraph(chart.reading, "reading")]),
  ];
  const panels = chart.panels.map(panelMarkup).join("\n");
  const content = [
    ...words,
    ...(chart.panels.length === 0 ? [] : [`<div class="panels">\n${panels}\n</div>`]),
    ...(chart.table.rows.length === 0
      ? []
      : [
          "<details><summary>The numbers of this chart</summary>",
          tableMarkup(chart.table, chart.title),
          "</details>",
        ]),
  ].join("\n");
  const isFolded = folded.includes(chart.id) && chart.panels.length > 0;
  return (
    `<section class="chart" id="${chart.id}" aria-labelledby="${chart.id}-heading">\n` +
    (isFolded
      ? `<details class="fold"><summary>${heading}</summary>\n${content}\n</details>`
      : `${heading}\n${content}`) +
    "\n</section>"
  );
}

function panelMarkup(panel: Panel): string {
  const label = `${panel.title}. ${panel.alternative}`;
  const scales = panel.linearY
    ? [
        drawingMarkup(drawPanel(panel), label, "panel log"),
        drawingMarkup(drawPanel(panel, panel.linearY), label, "panel lin"),
      ]
    : [drawingMarkup(drawPanel(panel), label, "panel")];
  const caption = `<figcaption>${escapeMarkup(panel.title)}</figcaption>`;
  return `<figure>${caption}\n${scales.join("\n")}\n</figure>`;
}

function drawingMarkup({ height, markup, scales }: Drawing, label: string, kind: string): string {
  const data = Object.entries(scales)
    .filter(([, text]) => text !== "")
    .map(([name, text]) => ` data-${name}="${text}"`);
  return (
    `<svg class="${kind}" viewBox="0 0 ${panelWidth} ${height}" role="img" ` +
    `aria-label="${escapeMarkup(label)}"${data.join("")}>${markup}</svg>`
  );
}
