/**
 * A calibration on the terminal: how often comparisons of equal code cry wolf, what they find, and
 * what to put into the policy. Renders; computes nothing.
 */

import type { Policy } from "../results/policy-schema.ts";
import type { Run } from "../results/schema.ts";
import { formatNs } from "../units.ts";
import { type Paint, painting, printable, wrap } from "./prose.ts";
import { formatPercents } from "./slowdown.ts";
import { type Column, layOutTable, type TextTable, titledRule } from "./text-table.ts";
import { formatShare, plural } from "./wording.ts";

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
  const { rates, recommendation, pairsDrawnFrom, run } = calibrated;
  const paint = painting(colour);
  const chosen = rates.find(({ pairs }) => pairs >= recommendation.pairs) ?? rates.at(-1);
  const { pairs, toleratedPercent, reason } = recommendation;
  const byPairs = layOutTable(pairColumns, rates, width);
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
    ...(chosen ? metricLines(calibrated, chosen, width, paint) : []),
    ...floorLines(calibrated, width),
    "",
    ...wrap(
      `${chosen?.comparisons ?? 0} comparisons each, drawn with replacement from ` +
        `${plural(pairsDrawnFrom, "pair")} of neighbouring forks in ${calibrated.path}: what ` +
        `this machine did from ${run.startedAt}, for ${Math.round(run.elapsedMs / 1000)} s.`,
      width,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** Of the number of pairs that is recommended. */
function metricLines(
  { policy, names, slowdowns }: Calibrated,
  { pairs, metrics }: Rates,
  width: number,
  paint: Paint,
): string[] {
  const rows = names.map((name, metric) => ({ name: printable(name), of: metrics[metric] }));
  const noise = layOutNamed(metricColumns, rows, width);
  const power = layOutNamed(powerColumns(slowdowns), rows, width);
  const title = `share of the comparisons of ${pairs} pairs that call a slowdown regressed`;
  return [
    ...titledRule(`one comparison of ${pairs} pairs, by metric`, noise.table, width, paint),
    ...noise.lines,
    ...wrap(
      `False: equal code called regressed. Finds: the slowdown that 95 % of the comparisons call ` +
        `regressed, which is ${formatPercents(policy.slowerPercent)} and half an interval more.`,
      width,
    ),
    "",
    ...titledRule(title, power.table, width, paint),
    ...power.lines,
    "",
  ];
}

/** Names beside their figures, or above them where one would be cut. */
function layOutNamed(
  columns: readonly Column<MetricRow>[],
  rows: readonly MetricRow[],
  width: number,
): { readonly table: TextTable; readonly lines: readonly string[] } {
  const named: Column<MetricRow> = { label: "metric", align: "left", text: ({ name }) => name };
  const beside = layOutTable([named, ...columns], rows, width);
  const isWhole = rows.every(({ name }, row) => beside.body[row]?.startsWith(name));
  if (isWhole) return { table: beside, lines: [...beside.header, ...beside.body] };
  const indent: Column<MetricRow> = { label: " ", align: "left", text: () => " " };
  const table = layOutTable([indent, ...columns], rows, width);
  const body = rows.flatMap(({ name }, row) => [...wrap(name, width, 2), table.body[row] ?? ""]);
  return { table, lines: [...table.header, ...body] };
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

const nothing = "-";

/** "-" where nothing was measured, which is not the same as none. */
function share(value = Number.NaN): string {
  return Number.isFinite(value) ? formatShare(value) : nothing;
}

function slowdown(value = Number.NaN): string {
  return Number.isFinite(value) ? formatPercents(value * 100, "+") : nothing;
}

const pairColumns: readonly Column<Rates>[] = [
  { label: "pairs", text: ({ pairs }) => `${pairs}` },
  { label: "regressed", text: ({ regressed }) => share(regressed) },
  { label: "improved", text: ({ improved }) => share(improved) },
  { label: "inconclusive", text: ({ inconclusive }) => share(inconclusive) },
  {
    label: "finds, worst metric",
    text: ({ metrics }) => slowdown(Math.max(...metrics.map(({ detectable }) => detectable))),
  },
];

interface MetricRow {
  readonly name: string;
  readonly of: MetricRates | undefined;
}

const metricColumns: readonly Column<MetricRow>[] = [
  { label: "false", text: ({ of }) => share(of?.regressed) },
  { label: "inconclusive", text: ({ of }) => share(of?.inconclusive) },
  { label: "interval", text: ({ of }) => slowdown(of?.halfWidth).replace("+", "+-") },
  { label: "finds", text: ({ of }) => slowdown(of?.detectable) },
];

function powerColumns(slowdowns: readonly number[]): readonly Column<MetricRow>[] {
  return slowdowns.map((percent, at) => ({
    label: `+${percent} %`,
    text: ({ of }: MetricRow) => share(of?.power[at]),
  }));
}
