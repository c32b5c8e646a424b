/**
 * What a chart is, whoever draws it: panels of marks on axes, the words that stand for them where
 * they cannot be seen, and the same numbers as a table. Charts are made in chart-*.ts, drawn by
 * draw-panel.ts, and put on a page by svg.ts and html.ts.
 */

import type { Axis } from "./axes.ts";
import type { Look } from "./strategy-looks.ts";

/** Every chart there is, in the order of a page. */
export const chartIds = [
  "percentiles-lost",
  "lost-cost",
  "reservations",
  "ratios",
  "percentiles-placed",
  "percentiles-release",
  "percentiles-cleanup",
  "drift",
  "disturbance",
] as const;

export type ChartId = (typeof chartIds)[number];

/** Every chart of a sweep, in the order of a page. */
export const sweepChartIds = ["sweep-lost", "sweep-reservations", "sweep-search"] as const;

export type SweepChartId = (typeof sweepChartIds)[number];

/** A value of an axis of numbers, or the name of a place on an axis of categories. */
export type Place = number | string;

export interface Point {
  readonly x: Place;
  readonly y: Place;
}

/** Pixels, so that marks at the same place stand beside each other. */
export interface Shift {
  readonly dx?: number;
  readonly dy?: number;
}

export type Mark =
  | ({ readonly kind: "line"; readonly look: Look; readonly points: readonly Point[] } & Shift)
  | ({
      readonly kind: "dots";
      readonly look: Look;
      /** The interval includes 1, or there is none: told by a symbol that is not filled. */
      readonly hollow: boolean;
      /** `tip` is what a reader sees who points at it. */
      readonly points: readonly (Point & { readonly tip: string })[];
    } & Shift)
  | ({
      readonly kind: "spans";
      readonly look: Look;
      readonly spans: readonly { readonly from: Point; readonly to: Point }[];
    } & Shift)
  | { readonly kind: "reference"; readonly axis: "x" | "y"; readonly at: number }
  /** Text at the right edge, beside a row. */
  | {
      readonly kind: "values";
      readonly rows: readonly { readonly y: Place; readonly text: string }[];
    };

export interface Panel {
  readonly title: string;
  /** What the panel shows, in words and numbers. */
  readonly alternative: string;
  readonly x: Axis;
  readonly y: Axis;
  /** The other scale that a reader may choose for y. */
  readonly linearY?: Axis;
  readonly height: number;
  readonly marks: readonly Mark[];
}

/** Cells as text; the first row is the header. */
export interface DataTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Chart {
  readonly id: ChartId | SweepChartId;
  readonly title: string;
  /** What the chart says, computed: it stands for the picture. */
  readonly alternative: string;
  /** How to read it. */
  readonly reading: string;
  /** Why there is no panel, or what is not in those there are. */
  readonly lacking: string | undefined;
  readonly panels: readonly Panel[];
  readonly legend: readonly Look[];
  readonly table: DataTable;
}

/** Width of every panel in its own pixels; heights differ. */
export const panelWidth = 360;
