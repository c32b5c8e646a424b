/** The charts of latency by percentile: one a class of calls, one panel a configuration. */

import type { Run } from "../results/schema.ts";
import { formatNs } from "../units.ts";
import { linearAxis, logAxis, percentileAxis } from "./axes.ts";
import type { Chart, Mark, Panel } from "./chart.ts";
import { placeName, rangeText, sentenceOf } from "./chart-words.ts";
import {
  type ConfigurationCurves,
  type Curve,
  type CurveClass,
  percentileCurves,
} from "./percentile-curves.ts";
import type { Look } from "./strategy-looks.ts";
import { formatWhole, plural } from "./wording.ts";

const nouns: Readonly<Record<CurveClass, string>> = {
  lost: "a lost attempt, cleanup included",
  placed: "an mmap that placed its window",
  release: "the munmap of a placed window",
  cleanup: "the munmap of a misplaced mapping",
};

const titles: Readonly<Record<CurveClass, string>> = {
  lost: "What a lost attempt costs, by percentile",
  placed: "What a won attempt costs, by percentile",
  release: "What releasing a window costs, by percentile",
  cleanup: "What cleaning up costs, by percentile",
};

/** The chart of one class of calls. */
export function percentileChart(
  run: Run,
  looks: ReadonlyMap<string, Look>,
  callClass: CurveClass,
): Chart {
  const found = percentileCurves(run, [callClass]);
  const configurations = found.state === "curves" ? found.configurations : [];
  const curves = configurations.flatMap((configuration) => configuration.curves);
  const latencies = curves.flatMap(({ points }) => points.map(({ latencyNs }) => latencyNs));
  // The same for every panel, so that panels can be compared.
  const axes = {
    y: logAxis(latencies, "ns", "latency, log scale"),
    linearY: linearAxis(latencies, "ns", "latency, linear scale"),
  };
  return {
    id: `percentiles-${callClass}`,
    title: titles[callClass],
    alternative: alternativeOf(curves, callClass, [...looks.keys()]),
    reading:
      "All calls of the forks together. To the right are the slower calls: at 99.9 % one call in " +
      "a thousand takes longer. The last point is the slowest call.",
    lacking: found.state === "curves" ? found.lacking : found.reason,
    panels: configurations.map((configuration) => panelOf(configuration, looks, axes)),
    legend: [...looks].filter(([id]) => curves.some((c) => c.strategy === id)).map(([, l]) => l),
    table: {
      columns: ["configuration", "strategy", "calls", "p50", "p90", "p99", "p99.9", "slowest"],
      rows: configurations.flatMap((configuration) =>
        configuration.curves.map(({ strategy, quantiles: q }) => [
          placeName(configuration),
          strategy,
          formatWhole(q.count),
          ...[q.p50, q.p90, q.p99, q.p999, q.max].map(formatNs),
        ]),
      ),
    },
  };
}

function alternativeOf(
  curves: readonly Curve[],
  callClass: CurveClass,
  listed: readonly string[],
): string {
  const strategies = listed.filter((id) => curves.some(({ strategy }) => strategy === id));
  const parts = strategies.map((strategy) => {
    const own = curves.filter((curve) => curve.strategy === strategy);
    const range = (name: "p50" | "p999") =>
      rangeText(
        own.map(({ quantiles }) => quantiles[name]),
        formatNs,
      );
    const where = plural(own.length, "configuration");
    return `${strategy} p50 ${range("p50")}, p99.9 ${range("p999")} (${where})`;
  });
  return parts.length === 0 ? "" : `Latency of ${nouns[callClass]}: ${sentenceOf(parts)}`;
}

function panelOf(
  configuration: ConfigurationCurves,
  looks: ReadonlyMap<string, Look>,
  axes: Pick<Panel, "y" | "linearY">,
): Panel {
  const { curves } = configuration;
  const most = Math.max(...curves.map(({ quantiles }) => quantiles.count));
  return {
    title: placeName(configuration),
    alternative: sentenceOf(
      curves.map(({ strategy, quantiles: q }) => {
        const told = `p50 ${formatNs(q.p50)}, p99 ${formatNs(q.p99)}, slowest ${formatNs(q.max)}`;
        return `${strategy}: ${told} of ${formatWhole(q.count)}`;
      }),
    ),
    x: percentileAxis(most),
    ...axes,
    height: 230,
    marks: curves.flatMap((curve) => {
      const look = looks.get(curve.strategy);
      return look ? marksOf(curve, look) : [];
    }),
  };
}

/** The line, and its symbol at 0, 90, 99 per cent and so on, and at the slowest call. */
function marksOf({ strategy, points, quantiles }: Curve, look: Look): Mark[] {
  const placed = points.map(({ quantile, latencyNs }) => ({
    x: quantile === 1 ? quantiles.count : 1 / (1 - quantile),
    y: latencyNs,
    quantile,
  }));
  const line = compressed(placed);
  const symbols = placed.filter(({ x, quantile }) => quantile === 1 || isDecade(x));
  return [
    { kind: "line", look, points: line },
    {
      kind: "dots",
      look,
      hollow: false,
      points: symbols.map(({ x, y, quantile }) => ({
        x,
        y,
        tip: `${strategy}, ${quantileText(quantile)}: ${formatNs(y)}`,
      })),
    },
  ];
}

function isDecade(x: number): boolean {
  const power = Math.log10(x);
  return Math.abs(power - Math.round(power)) < 1e-9;
}

function quantileText(quantile: number): string {
  return quantile === 1 ? "slowest call" : `p${Number((quantile * 100).toPrecision(9))}`;
}

/** Points between two of the same value draw nothing. */
function compressed<T extends { readonly y: number }>(points: readonly T[]): T[] {
  return points.filter(({ y }, index) => y !== points[index - 1]?.y || y !== points[index + 1]?.y);
}
