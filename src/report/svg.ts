/**
 * One chart as a file of its own, for a README: its panels in a grid, its legend and its words. It
 * takes its colours from the reader's light or dark scheme, and brings the paper that they are for:
 * an image is told the reader's scheme and not the page's, and light ink on a white page is gone.
 */

import type { Run } from "../results/schema.ts";
import { type Chart, type ChartId, type Panel, panelWidth } from "./chart.ts";
import { chartOf } from "./charts.ts";
import type { Digest } from "./digest.ts";
import { drawKey, drawPanel } from "./draw-panel.ts";
import { escapeMarkup } from "./escape.ts";
import { startWords } from "./merged-words.ts";
import { wrap } from "./prose.ts";
import { colourVariables, type Look } from "./strategy-looks.ts";

export { type ChartId, chartIds } from "./chart.ts";

const margin = 16;
const gap = 20;
const titleHeight = 30;
const panelTitleHeight = 22;
const legendHeight = 26;
const footHeight = 22;
/** What a character of the largest legend takes, at most. */
const characterWidth = 7.2;
const keyWidth = 34;

/** A standalone SVG document of one chart. */
export function renderSvg(run: Run, digest: Digest, id: ChartId): string {
  return svgOf(chartOf(id, run, digest), digest.identity);
}

/** Any chart as a document; `identity` says what made it. */
export function svgOf(chart: Chart, identity: Digest["identity"]): string {
  const columns = columnsFor(chart.panels.length);
  const width = margin * 2 + columns * panelWidth + (columns - 1) * gap;
  const legend = legendRows(chart.legend, width - margin * 2);
  const top = margin + titleHeight + legend.length * legendHeight;
  const grid = gridOf(chart.panels, columns, top);
  const notes = noteLines(chart, width);
  const height = grid.bottom + (notes.length + 1) * footHeight;
  return [
    // No double hyphen: XML forbids it in a comment.
    "<!-- Made by noclobber report, format svg -->",
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
      `height="${height}" role="img" aria-labelledby="title desc" ` +
      `font-family="system-ui, sans-serif" font-size="11" fill="currentColor">`,
    `<title id="title">${escapeMarkup(chart.title)}</title>`,
    `<desc id="desc">${escapeMarkup(chart.alternative || chart.lacking || "")}</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="6" fill="#fff"/>`,
    `<text x="${margin}" y="${margin + 14}" font-size="17" font-weight="600">` +
      `${escapeMarkup(chart.title)}</text>`,
    ...legend.map((row, index) => legendRow(row, margin + titleHeight + index * legendHeight)),
    ...grid.panels,
    ...notes.map((line, index) => note(line, grid.bottom + index * footHeight + 6)),
    note(`${identity.tool}, ${startWords(identity)}`, height - footHeight + 6),
    "</svg>",
    "",
  ].join("\n");
}

const style =
  `svg{color:#1c2026;${colourVariables("light")}}text{white-space:pre}` +
  `@media(prefers-color-scheme:dark){svg{color:#e6e8ec;${colourVariables("dark")}}` +
  ".paper{fill:#14171c}}";

/** Three abreast, or two where that leaves no panel alone in a row. */
function columnsFor(panels: number): number {
  return panels > 4 || panels === 3 ? 3 : 2;
}

/** As many panels side by side as there are columns; a row is as high as its highest panel. */
function gridOf(panels: readonly Panel[], columns: number, top: number) {
  const drawn: string[] = [];
  let y = top;
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    for (const [column, panel] of row.entries()) {
      const x = margin + column * (panelWidth + gap);
      drawn.push(panelAt(panel, x, y));
    }
    y += panelTitleHeight + Math.max(...row.map(({ height }) => height)) + gap;
  }
  return { panels: drawn, bottom: y };
}

function panelAt(panel: Panel, x: number, y: number): string {
  const { markup } = drawPanel(panel);
  return (
    `<text x="${x}" y="${y + 13}" font-size="12.5" font-weight="600">` +
    `${escapeMarkup(panel.title)}</text>` +
    `<g transform="translate(${x},${y + panelTitleHeight})" text-anchor="middle">${markup}</g>`
  );
}

function widthOf({ name }: Look): number {
  return keyWidth + 8 + Math.ceil(name.length * characterWidth) + 16;
}

/** With a name that a row has room for. */
function fitting(look: Look, room: number): Look {
  const most = Math.floor((room - widthOf({ ...look, name: "" })) / characterWidth);
  const { name } = look;
  return name.length <= most ? look : { ...look, name: `${name.slice(0, most - 1)}…` };
}

function legendRows(legend: readonly Look[], room: number): Look[][] {
  const rows: Look[][] = [];
  let left = 0;
  for (const look of legend.map((each) => fitting(each, room))) {
    const row = rows.at(-1);
    if (row && widthOf(look) <= left) {
      row.push(look);
      left -= widthOf(look);
    } else {
      rows.push([look]);
      left = room - widthOf(look);
    }
  }
  return rows;
}

function legendRow(looks: readonly Look[], y: number): string {
  let x = margin;
  const keys = looks.map((look) => {
    const key =
      `<g transform="translate(${x},${y})">${drawKey(look)}` +
      `<text x="${keyWidth + 8}" y="11" font-size="12.5">${escapeMarkup(look.name)}</text></g>`;
    x += widthOf(look);
    return key;
  });
  return keys.join("");
}

function noteLines({ lacking, reading }: Chart, width: number): string[] {
  const room = Math.floor((width - margin * 2) / 5.8);
  return [...(lacking === undefined ? [] : [`${lacking}.`]), reading].flatMap((text) =>
    wrap(text, room),
  );
}

function note(text: string, y: number): string {
  return `<text x="${margin}" y="${y}" opacity="0.75">${escapeMarkup(text)}</text>`;
}
