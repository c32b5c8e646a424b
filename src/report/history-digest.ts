/**
 * What a history says, machine by machine and metric by metric: where the level is, and where it
 * shifted. Every figure is a median over forks of a within-fork ratio, so runs against different
 * baselines make one series. Pure.
 */

import type { HistoryLine } from "../results/history.ts";
import { levelShifts } from "../stats/change-points.ts";
import { medianOf } from "../stats/median.ts";

/** A change of level, and the first gate that saw it. */
export interface HistoryShift {
  /** Index into the metric's values. */
  readonly at: number;
  readonly line: HistoryLine;
  readonly before: number;
  readonly after: number;
  readonly p: number;
}

export interface MetricHistory {
  readonly name: string;
  /** The candidate's, of every gate that has it, the oldest first; never empty. */
  readonly values: readonly number[];
  readonly shifts: readonly HistoryShift[];
  /** Median since the last shift. */
  readonly level: number;
  /** Of the last shift, as a fraction of the level before; undefined where there was none. */
  readonly change: number | undefined;
}

export interface MachineHistory {
  readonly fingerprint: string;
  /** The oldest first; never empty. */
  readonly lines: readonly HistoryLine[];
  /** In the order in which they were first judged. */
  readonly metrics: readonly MetricHistory[];
}

/** Machines in the order in which they first appear; `history` has the oldest line first. */
export function digestHistory(history: readonly HistoryLine[]): MachineHistory[] {
  const fingerprints = [...new Set(history.map(({ fingerprint }) => fingerprint))];
  return fingerprints.map((fingerprint) => {
    const lines = history.filter((line) => line.fingerprint === fingerprint);
    const names = new Set(lines.flatMap(({ metrics }) => metrics.map(({ name }) => name)));
    return { fingerprint, lines, metrics: [...names].flatMap((name) => metricOf(name, lines)) };
  });
}

/** None where no gate has a figure. */
function metricOf(name: string, lines: readonly HistoryLine[]): MetricHistory[] {
  const seen = lines.flatMap((line) => {
    const value = line.metrics.find((metric) => metric.name === name)?.candidate ?? null;
    return value === null ? [] : [{ line, value }];
  });
  if (seen.length === 0) return [];
  const values = seen.map(({ value }) => value);
  const shifts = levelShifts(values).flatMap((shift) => {
    const line = seen[shift.at]?.line;
    return line ? [{ ...shift, line }] : [];
  });
  const last = shifts.at(-1);
  return [
    {
      name,
      values,
      shifts,
      level: last?.after ?? (medianOf(Float64Array.from(values).sort()) as number),
      change: last && last.before > 0 ? last.after / last.before - 1 : undefined,
    },
  ];
}
