/**
 * Sets what the harness measured beside what the native reference measured, pair by pair: medians,
 * and the median of the pairs' ratios. Pure.
 */

import type { CallClass } from "../src/model.ts";
import { layOutTable, titledRule } from "../src/report/text-table.ts";
import type { Arm, TrialSpec } from "../src/results/schema.ts";
import { medianInterval } from "../src/stats/median.ts";
import { formatCount, formatNs } from "../src/units.ts";
import type { ReferenceResult } from "./reference.ts";

/** One configuration measured once by each side, one right after the other. */
export interface FidelityPair {
  readonly spec: TrialSpec;
  readonly arms: readonly Arm[];
  readonly reference: ReferenceResult;
}

/** One figure of one strategy on both sides. */
export interface FidelityRow {
  readonly strategy: string;
  readonly what: string;
  readonly isRate: boolean;
  readonly native: number;
  readonly ours: number;
  /** Median over pairs of ours / native. */
  readonly ratio: number;
  /** Rates: at least 0.95 of native. p50: within 5 % or 15 ns. Undefined: not promised (p99). */
  readonly holds: boolean | undefined;
}

const leastRate = 0.95;
const mostOff = 0.05;
/** The clock of this generation steps by about 10 ns: a step and a half. */
const mostOffNs = 15;

const classes: readonly CallClass[] = ["placed", "lost", "cleanup", "release"];

/** Rows of one configuration, from all its pairs. */
export function fidelityRows(pairs: readonly FidelityPair[]): FidelityRow[] {
  const strategies = pairs[0]?.arms.map((arm) => arm.strategy) ?? [];
  return strategies.flatMap((strategy) => {
    const rate = (what: string, count: (side: Side) => number): FidelityRow | undefined =>
      rowOf(pairs, strategy, what, (side) => (count(side) / side.wallNs) * 1e9);
    const rows = [
      rate("reservations/s", (side) => side.placed),
      rate("attempts/s", (side) => side.attempts),
      ...classes.flatMap((kind) => [
        rowOf(pairs, strategy, `${kind} p50`, (side) => side.classes[kind]?.p50 ?? 0),
        rowOf(pairs, strategy, `${kind} p99`, (side) => side.classes[kind]?.p99 ?? 0),
      ]),
    ];
    return rows.filter((row) => row !== undefined);
  });
}

/** One side of a pair, in the same words. */
interface Side {
  readonly wallNs: number;
  readonly attempts: number;
  readonly placed: number;
  readonly classes: Partial<Record<CallClass, { readonly p50: number; readonly p99: number }>>;
}

function rowOf(
  pairs: readonly FidelityPair[],
  strategy: string,
  what: string,
  value: (side: Side) => number,
): FidelityRow | undefined {
  const values = pairs.flatMap((pair): [number, number][] => {
    const arm = pair.arms.find((each) => each.strategy === strategy);
    const native = pair.reference.strategies[strategy];
    return arm && native ? [[value(native), value(sideOf(arm))]] : [];
  });
  const native = median(values.map(([theirs]) => theirs));
  const ours = median(values.map(([, own]) => own));
  if (native === 0 && ours === 0) return undefined;
  const ratio = median(values.map(([theirs, own]) => own / theirs));
  const isRate = what.endsWith("/s");
  return { strategy, what, isRate, native, ours, ratio, holds: judge(what, native, ours, ratio) };
}

function judge(what: string, native: number, ours: number, ratio: number): boolean | undefined {
  if (what.endsWith("/s")) return ratio >= leastRate;
  if (!what.endsWith("p50")) return undefined;
  return Math.abs(ratio - 1) <= mostOff || Math.abs(ours - native) <= mostOffNs;
}

function sideOf(arm: Arm): Side {
  const { distributions, blocks, counts } = arm;
  const lost = distributions.lost ?? distributions.rejected;
  return {
    wallNs: blocks.wallNs.reduce((sum, ns) => sum + ns, 0),
    attempts: counts.attempts,
    placed: counts.placed,
    classes: {
      ...(distributions.placed && { placed: distributions.placed.quantiles }),
      ...(lost && { lost: lost.quantiles }),
      ...(distributions.cleanup && { cleanup: distributions.cleanup.quantiles }),
      ...(distributions.release && { release: distributions.release.quantiles }),
    },
  };
}

function median(values: readonly number[]): number {
  return medianInterval(values).median ?? 0;
}

/** The table of one configuration under its title. */
export function renderFidelity(title: string, rows: readonly FidelityRow[]): string {
  const text = (row: FidelityRow, value: number): string =>
    row.isRate ? formatCount(value) : formatNs(value);
  const table = layOutTable<FidelityRow>(
    [
      { label: "strategy", align: "left", text: (row) => row.strategy },
      { label: "figure", align: "left", text: (row) => row.what },
      { label: "native", text: (row) => text(row, row.native) },
      { label: "ours", text: (row) => text(row, row.ours) },
      { label: "ratio", text: (row) => row.ratio.toFixed(2) },
      { label: "", align: "left", text: (row) => (row.holds === false ? "off" : "") },
    ],
    rows,
    100,
  );
  const plain = (_style: unknown, line: string): string => line;
  return [...titledRule(title, table, 100, plain), ...table.header, ...table.body].join("\n");
}
