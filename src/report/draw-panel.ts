/**
 * The only door to @observablehq/plot and linkedom: a panel becomes SVG markup. Text of the result
 * file passes through the one escape function, since nothing here trusts a DOM's serializer.
 */

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Axis } from "./axes.ts";
import { type Mark, type Panel, panelWidth } from "./chart.ts";
import { escapeMarkup } from "./escape.ts";
import type { Look } from "./strategy-looks.ts";

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** What goes inside an svg element of that size. */
  readonly markup: string;
  /** Axes of numbers as "log 1 1000 48 346 ns": kind, domain, pixels, unit; "" for categories. */
  readonly scales: { readonly x: string; readonly y: string };
}

/** The part of a DOM that is read back. */
interface Node {
  readonly nodeType: number;
  readonly localName: string;
  readonly textContent: string | null;
  readonly childNodes: Iterable<Node>;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
}

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** Room for the ticks on the left, where names of configurations are long. */
const [numbersWidth, namesWidth, valuesWidth] = [54, 122, 40];
const longestName = 18;
const fontSize = 11;

/** Draws a panel; `y` may be another axis than its own. */
export function drawPanel(panel: Panel, y: Axis = panel.y): Drawing {
  const { x, marks, height } = panel;
  const hasValues = marks.some(({ kind }) => kind === "values");
  const frame: Plot.PlotOptions = {
    width: panelWidth,
    height,
    marginTop: y.label === "" ? 8 : 24,
    marginRight: hasValues ? valuesWidth : 20,
    marginBottom: 38,
    marginLeft: y.kind === "categories" ? namesWidth : numbersWidth,
  };
  const scales = { x: scaleOf(x, { padding: 0.35 }), y: scaleOf(y, { padding: 0.5 }) };
  const root = plotted({ ...frame, ...scales, axis: null, marks: marks.map(drawn) });
  return {
    width: panelWidth,
    height,
    markup: axisMarkup(x, "x", frame, scales) + axisMarkup(y, "y", frame, scales) + innerOf(root),
    scales: { x: scaleText(x, root, "x"), y: scaleText(y, root, "y") },
  };
}

function plotted(options: Plot.PlotOptions): Node {
  const style = { fontSize: `${fontSize}px` };
  return Plot.plot({ style, ...options, document } as Plot.PlotOptions) as unknown as Node;
}

function innerOf(root: Node): string {
  const inner = [...root.childNodes].filter(({ localName }) => localName !== "style");
  return inner.map(markupOf).join("");
}

/** Panels of a chart share their axes, and to draw one takes half as long as to draw the marks. */
const axes = new Map<string, string>();
const mostAxes = 256;

function axisMarkup(
  axis: Axis,
  side: "x" | "y",
  frame: Plot.PlotOptions,
  scales: Pick<Plot.PlotOptions, "x" | "y">,
): string {
  const key = JSON.stringify([side, axis, frame]);
  const markup =
    axes.get(key) ??
    innerOf(
      plotted({
        ...frame,
        [side]: scales[side],
        marks: axisMarks(axis, side),
      }),
    );
  if (axes.size >= mostAxes) axes.clear();
  axes.set(key, markup);
  return markup;
}

/** A line with its symbol, for a legend: 34 by 14 pixels. */
export function drawKey({ colour, dash, symbol }: Look): string {
  const root = plotted({
    width: 34,
    height: 14,
    margin: 0,
    axis: null,
    x: { domain: [0, 34], range: [0, 34] },
    y: { domain: [0, 14], range: [0, 14] },
    marks: [
      Plot.link([0], { x1: 1, x2: 33, y1: 7, y2: 7, stroke: colour, ...dashing(dash) }),
      Plot.dot([0], { x: 17, y: 7, r: 4, symbol, ...inked(symbol, colour, false) }),
    ] as Plot.Markish[],
  });
  return innerOf(root);
}

function scaleOf(axis: Axis, { padding }: { readonly padding: number }): Plot.ScaleOptions {
  if (axis.kind === "categories") return { type: "point", domain: axis.names, padding };
  return { type: axis.kind, domain: axis.domain as [number, number] };
}

/** Grid, ticks, and the name of the axis: y's above it, where a narrow panel has room for it. */
function axisMarks(axis: Axis, side: "x" | "y"): Plot.Markish[] {
  const places = axis.kind === "categories" ? [...axis.names] : axis.ticks.map(({ at }) => at);
  const text = (place: unknown) =>
    axis.kind === "categories"
      ? shortened(String(place))
      : (axis.ticks.find(({ at }) => at === place)?.text ?? "");
  const label = axis.label === "" ? null : axis.label;
  // Not tickFormat: on a log scale that leaves out labels which it takes to be too many.
  const options = { text, tickSize: 0, label, labelArrow: "none" } as const;
  const grid = { strokeOpacity: axis.kind === "categories" ? 0.08 : 0.14 };
  return side === "x"
    ? [
        Plot.gridX(places, grid),
        Plot.axisX(places, { ...options, labelAnchor: "center", labelOffset: 34 }),
      ]
    : [Plot.gridY(places, grid), Plot.axisY(places, options)];
}

function shortened(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
}

function drawn(mark: Mark): Plot.Markish {
  switch (mark.kind) {
    case "line":
      return Plot.line(mark.points, {
        x: "x",
        y: "y",
        stroke: mark.look.colour,
        strokeWidth: 1.75,
        className: `line ${mark.look.slot}`,
        ...dashing(mark.look.dash),
        ...shiftOf(mark),
      } as Plot.LineOptions);
    case "dots":
      return Plot.dot(mark.points, {
        x: "x",
        y: "y",
        r: 3.6,
        symbol: mark.look.symbol,
        title: "tip",
        className: `dot ${mark.look.slot}`,
        ...inked(mark.look.symbol, mark.look.colour, mark.hollow),
        ...shiftOf(mark),
      } as Plot.DotOptions);
    case "spans":
      return Plot.link(mark.spans, {
        x1: ({ from }: Span) => from.x,
        y1: ({ from }: Span) => from.y,
        x2: ({ to }: Span) => to.x,
        y2: ({ to }: Span) => to.y,
        stroke: mark.look.colour,
        strokeWidth: 1.75,
        className: mark.look.slot,
        ...shiftOf(mark),
      } as Plot.LinkOptions);
    case "reference":
      return (mark.axis === "x" ? Plot.ruleX : Plot.ruleY)([mark.at], {
        stroke: "currentColor",
        strokeOpacity: 0.6,
        strokeDasharray: "4 3",
      });
    case "values":
      return Plot.text(mark.rows, {
        y: "y",
        text: "text",
        frameAnchor: "right",
        textAnchor: "end",
        dx: valuesWidth - 2,
      } as Plot.TextOptions);
    default:
      return mark satisfies never;
  }
}

type Span = Extract<Mark, { kind: "spans" }>["spans"][number];

function dashing(dash: string | undefined) {
  return dash === undefined ? {} : { strokeDasharray: dash, strokeLinecap: "butt" as const };
}

/** Symbols made of strokes cannot be filled. */
function inked(symbol: string, colour: string, hollow: boolean) {
  const line = symbol === "times" || hollow;
  return line ? { stroke: colour, strokeWidth: 1.75, fill: "none" } : { fill: colour };
}

function shiftOf({ dx, dy }: { readonly dx?: number; readonly dy?: number }) {
  return { ...(dx === undefined ? {} : { dx }), ...(dy === undefined ? {} : { dy }) };
}

function scaleText(axis: Axis, root: unknown, name: "x" | "y"): string {
  if (axis.kind === "categories") return "";
  const scale = (root as Plot.Plot).scale(name);
  const pixels = (scale?.range ?? []) as readonly number[];
  return [axis.kind, ...axis.domain.map(inTenths), ...pixels.map(inTenths), axis.unit].join(" ");
}

/** What a picture does not need: Plot names its marks for tools that look at them. */
const spared = new Set(["aria-label", "aria-hidden", "font-variant"]);

function markupOf(node: Node): string {
  if (node.nodeType === 3) return escapeMarkup(node.textContent ?? "");
  const attributes = [...node.attributes]
    .filter(({ name }) => !spared.has(name))
    .map(({ name, value }) => ` ${name}="${escapeMarkup(compact(name, value))}"`);
  const inner = [...node.childNodes].map(markupOf).join("");
  const tag = node.localName;
  const opening = `<${tag}${attributes.join("")}`;
  return inner === "" ? `${opening}/>` : `${opening}>${inner}</${tag}>`;
}

const geometric = /^(d|transform|[xy][12]?|c[xy]|r|width|height)$/;

/** A tenth of a pixel is as fine as anybody sees. */
function compact(name: string, value: string): string {
  if (!geometric.test(name)) return value;
  return value.replace(/-?\d*\.\d+(e-?\d+)?/g, (number) => String(inTenths(Number(number))));
}

function inTenths(value: number): number {
  return Math.round(value * 10) / 10;
}
