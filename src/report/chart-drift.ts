/** The chart of drift: every fork's figure as a multiple of the median over forks. */

import type { Run } from "../results/schema.ts";
import { formatNs } from "../units.ts";
import { type Axis, logAxis, orderAxis } from "./axes.ts";
import type { Chart, Mark, Panel } from "./chart.ts";
import { placeName, rangeText, sentenceOf } from "./chart-words.ts";
import { type ConfigurationDrift, type DriftSeries, forkDrift } from "./fork-drift.ts";
import { type Look, ratioLook } from "./strategy-looks.ts";
import { formatRatio } from "./wording.ts";

/** Absolute times and the ratio within the fork, fork by fork. */
export function driftChart(run: Run, looks: ReadonlyMap<string, Look>): Chart {
  const drifts = forkDrift(run);
  const all = drifts.flatMap(({ series }) => series);
  const multiples = all.flatMap(({ forks, median }) => forks.map(({ value }) => value / median));
  const y = logAxis(multiples, "ratio", "multiple of the median over forks, log scale");
  const isIn = (strategy: string | undefined) => all.some((s) => s.strategy === strategy);
  return {
    id: "drift",
    title: "Drift from fork to fork",
    alternative: alternativeOf(all),
    reading:
      "p50 of a lost attempt, each fork against the median of its series. Where the lines of the " +
      "strategies go up and down together and the ratio stays, the machine changed, and not what " +
      "is compared.",
    lacking: drifts.length === 0 ? "There are no two forks that lost attempts" : undefined,
    panels: drifts.map((drift) => panelOf(drift, looks, y)),
    legend: [
      ...[...looks].filter(([id]) => isIn(id)).map(([, look]) => look),
      ...(isIn(undefined) ? [ratioLook] : []),
    ],
    table: {
      columns: ["configuration", "series", "median", "smallest", "largest", "largest / smallest"],
      rows: drifts.flatMap((drift) =>
        drift.series.map((series) => {
          const values = series.forks.map(({ value }) => value);
          return [
            placeName(drift),
            series.strategy ?? ratioLook.name,
            ...[series.median, Math.min(...values), Math.max(...values)].map(formatOf(series)),
            formatRatio(series.span),
          ];
        }),
      ),
    },
  };
}

function formatOf({ strategy }: DriftSeries): (value: number) => string {
  return strategy === undefined ? formatRatio : formatNs;
}

function alternativeOf(all: readonly DriftSeries[]): string {
  const spans = (isRatio: boolean) =>
    all.filter(({ strategy }) => (strategy === undefined) === isRatio).map(({ span }) => span);
  const parts = [
    `absolute times ${rangeText(spans(false), formatRatio)}`,
    ...(spans(true).length > 0
      ? [`ratios within the fork ${rangeText(spans(true), formatRatio)}`]
      : []),
  ];
  if (all.length === 0) return "";
  const lead = "Largest over smallest fork, p50 of a lost attempt, by configuration";
  return `${lead}: ${sentenceOf(parts)}`;
}

function panelOf(drift: ConfigurationDrift, looks: ReadonlyMap<string, Look>, y: Axis): Panel {
  const order = [...new Set(drift.series.flatMap(({ forks }) => forks.map(({ fork }) => fork)))];
  order.sort((a, b) => a - b);
  return {
    title: placeName(drift),
    alternative: sentenceOf(
      drift.series.map((series) => {
        const name = series.strategy ?? ratioLook.name;
        const values = series.forks.map(({ value }) => value);
        return `${name}: ${rangeText(values, formatOf(series))} in ${values.length} forks`;
      }),
    ),
    x: orderAxis(Math.max(...order) + 1, "fork, in the order they ran"),
    y,
    height: 210,
    marks: drift.series.flatMap((series) => {
      const look = series.strategy === undefined ? ratioLook : looks.get(series.strategy);
      return look ? marksOf(series, look) : [];
    }),
  };
}

function marksOf(series: DriftSeries, look: Look): Mark[] {
  const format = formatOf(series);
  const points = series.forks.map(({ fork, value }) => ({
    x: fork + 1,
    y: value / series.median,
    tip: `${look.name}, fork ${fork + 1}: ${format(value)}`,
  }));
  return [
    { kind: "line", look, points },
    { kind: "dots", look, hollow: false, points },
  ];
}
