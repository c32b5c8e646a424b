/**
 * A calibration on the terminal: how often comparisons of equal code cry wolf, what they find, and
 * what to put into the policy. Renders; computes nothing.
 */

import type { Policy } from "../results/policy-schema.ts";
import type { Run } from "../results/schema.ts";
import { formatNs } from "../units.ts";
import { painting, wrap } from "./prose.ts";
import { formatPercents } from "./slowdown.ts";
import { type Column, layOutTable, titledRule } from "./text-table.ts";
import { plural } from "./wording.ts";

/** Shares of 0 to 1; slowdowns as fractions. The same shape as the gate's calibration makes. */
interface MetricRates {
  readonly regressed: number;
  readonly inconclusive: number;
  readonly halfWidth: number;
  readonly detectable: number;
  readonly power: readonly number[];
}

interface Rates {
  readonly pairs: number;
  readonly comparisons: number;
  readonly regressed: number;
  readonly improved: number;
  readonly inconclusive: number;
  readonly metrics: readonly MetricRates[];
}

export interface Calibrated {
  /** Where the forks are. */
  readonly path: string;
  readonly run: Run;
  readonly policy: Policy;
  /** Neighbouring forks that comparisons were drawn from. */
  readonly pairsDrawnFrom: number;
  /** By number of pairs, ascending. */
  readonly rates: readonly Rates[];
  /** Of the metrics, in the order of their rates. */
  readonly names: readonly string[];
  /** The slowdowns, in per cent, that the power is of. */
  readonly slowdowns: readonly number[];
  readonly recommendation: {
    readonly pairs: number;
    readonly toleratedPercent: number;
    readonly reason: string;
  };
  readonly steps: {
    readonly javascriptClock: number;
    readonly ffiCall: number;
    readonly histogramRecord: number;
  };
}

interface Style {
  readonly width: number;
  readonly colour: boolean;
}

export function renderCalibration(calibrated: Calibrated, { width, colour }: Style): string {
  const { rates, policy, recommendation, pairsDrawnFrom, run, names, slowdowns } = calibrated;
  const paint = painting(colour);
  const chosen = rates.find(({ pairs }) => pairs >= recommendation.pairs) ?? rates.at(-1);
  const { pairs, toleratedPercent, reason } = recommendation;
  const rows = names.map((name, metric) => ({ name, of: chosen?.metrics[metric] }));
  const byPairs = layOutTable(pairColumns, rates, width);
  const byMetric = layOutTable(metricColumns, rows, width);
  const power = layOutTable(powerColumns(slowdowns), rows, width);
  const lines = [
    ...wrap(
      `Recommended: ${plural(pairs, "pair")}, ${formatPercents(toleratedPercent)} tolerated: ` +
        `${reason}.`,
      width,
      2,
    ).map((line) => paint("bold", line)),
    "",
    ...titledRule(
      `equal code against equal code: share of the comparisons, by pairs`,
      byPairs,
      width,
      paint,
    ),
    ...byPairs.header,
    ...byPairs.body,
    "",
    ...titledRule(`one comparison of ${chosen?.pairs} pairs, by metric`, byMetric, width, paint),
    ...byMetric.header,
    ...byMetric.body,
    ...wrap(
      `False: equal code called regressed. Finds: the slowdown that 95 % of the comparisons call ` +
        `regressed, which is ${formatPercents(policy.slowerPercent)} and half an interval more.`,
      width,
    ),
    "",
    ...titledRule(
      `share of the comparisons of ${chosen?.pairs} pairs that call a slowdown regressed`,
      power,
      width,
      paint,
    ),
    ...power.header,
    ...power.body,
    "",
    ...floorLines(calibrated, width),
    "",
    ...wrap(
      `${chosen?.comparisons} comparisons each, drawn with replacement from ` +
        `${plural(pairsDrawnFrom, "pair")} of neighbouring forks in ${calibrated.path}: what ` +
        `this machine did from ${run.startedAt}, for ${Math.round(run.elapsedMs / 1000)} s.`,
      width,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function floorLines({ run, steps }: Calibrated, width: number): string[] {
  const { floor, kind, clock } = run.probe;
  const costs = [
    `an empty timed region ${formatNs(floor.emptyRegionNs.p50)}`,
    `getppid in it ${formatNs(floor.cheapestCallNs.p50)}`,
    `an FFI call ${formatNs(steps.ffiCall)}`,
    `a reading of JavaScript's clock ${formatNs(steps.javascriptClock)}`,
    `a value into a histogram ${formatNs(steps.histogramRecord)}`,
  ];
  return wrap(`Floors of the ${kind} probe, ${clock}: ${costs.join(", ")}.`, width, 2);
}

const share = (value: number) => `${(value * 100).toFixed(1)} %`;

const pairColumns: readonly Column<Rates>[] = [
  { label: "pairs", text: ({ pairs }) => `${pairs}` },
  { label: "regressed", text: ({ regressed }) => share(regressed) },
  { label: "improved", text: ({ improved }) => share(improved) },
  { label: "inconclusive", text: ({ inconclusive }) => share(inconclusive) },
  {
    label: "finds, worst metric",
    text: ({ metrics }) =>
      formatPercents(Math.max(...metrics.map(({ detectable }) => detectable)) * 100, "+"),
  },
];

interface MetricRow {
  readonly name: string;
  readonly of: MetricRates | undefined;
}

const metricColumns: readonly Column<MetricRow>[] = [
  { label: "metric", align: "left", text: ({ name }) => name },
  { label: "false", text: ({ of }) => share(of?.regressed ?? 0) },
  { label: "inconclusive", text: ({ of }) => share(of?.inconclusive ?? 0) },
  { label: "interval", text: ({ of }) => `+-${((of?.halfWidth ?? 0) * 100).toFixed(1)} %` },
  { label: "finds", text: ({ of }) => formatPercents((of?.detectable ?? 0) * 100, "+") },
];

function powerColumns(slowdowns: readonly number[]): readonly Column<MetricRow>[] {
  return [
    { label: "metric", align: "left", text: ({ name }) => name },
    ...slowdowns.map((percent, at) => ({
      label: `+${percent} %`,
      text: ({ of }: MetricRow) => share(of?.power[at] ?? 0),
    })),
  ];
}
