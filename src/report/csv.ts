/**
 * A run as comma-separated values, in long form: a row a fork, scenario, strategy and metric, so
 * that whoever plots or models has every figure of the file and need not unpack it. Numbers stand
 * as the file has them or as the digest's own functions derive them, unrounded.
 */

import { callClasses } from "../model.ts";
import type { Arm, Distribution, Fork, Run, Trial } from "../results/schema.ts";
import { type Origin, originsOf } from "./origins.ts";
import { markUnprintable } from "./prose.ts";
import {
  callsPerLostAttempt,
  callsPerReservation,
  conflictShare,
  distributionIn,
  reservationsPerSecond,
  sum,
} from "./samples.ts";

/** The columns; whatever else a column holds, its name says, and `unit` is of `value`. */
const columns = [
  ...["tool_commit", "host", "kernel", "started_at", "fork", "status"],
  ...["scenario", "actors", "windows", "window_bytes", "hold", "strategy"],
  ...["metric", "unit", "value"],
] as const;

export type Unit = "count" | "ns" | "ms" | "bytes" | "1/s" | "ratio" | "ticks/ns";
export type Metric = readonly [name: string, unit: Unit, value: number | undefined];
export type Cell = string | number;

/**
 * RFC 4180 with a header, but for lines that end as Linux's do. Metrics of a fork as a whole have
 * no scenario, those of a trial as a whole no strategy. A text that a spreadsheet would run as a
 * formula has an apostrophe before it; what cannot be shown, a line's end among it, is a U+FFFD.
 */
export function renderCsv(run: Run): string {
  const origins = originsOf(run);
  const lines = [columns.join(",")];
  for (const fork of run.forks) {
    const start = forkCells(fork, origins(fork));
    addLines(lines, [...start, "", "", "", "", "", ""], forkMetrics(fork));
    for (const trial of fork.trials) {
      const { scenario, actors, windows, windowBytes, hold } = trial.spec;
      const where = [...start, scenario, actors, windows, windowBytes, hold];
      addLines(lines, [...where, ""], trialMetrics(trial));
      for (const arm of trial.arms) addLines(lines, [...where, arm.strategy], armMetrics(arm));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Adds a line for each metric that is known, behind what says where it was measured. */
export function addLines(
  lines: string[],
  where: readonly Cell[],
  metrics: readonly Metric[],
): void {
  const prefix = where.map(cellText).join(",");
  for (const [name, unit, value] of metrics) {
    if (value !== undefined) lines.push(`${prefix},${cellText(name)},${unit},${value}`);
  }
}

function cellText(cell: Cell): string {
  if (typeof cell === "number") return String(cell);
  const plain = markUnprintable(cell);
  const text = /^[=+\-@]/.test(plain) ? `'${plain}` : plain;
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Forks are counted from 1, as in every report. */
export function forkCells(
  { index, status }: Pick<Fork, "index" | "status">,
  { tool, host, startedAt }: Omit<Origin, "startMs">,
): Cell[] {
  return [tool.commit ?? "", host.hostname, host.kernelRelease, startedAt, index + 1, status];
}

export function forkMetrics({
  readyMs,
  elapsedMs,
  peakMemoryBytes,
  calibration,
}: Pick<Fork, "readyMs" | "elapsedMs" | "peakMemoryBytes" | "calibration">): Metric[] {
  return [
    ["ready", "ms", readyMs],
    ["elapsed", "ms", elapsedMs],
    ["peak_memory", "bytes", peakMemoryBytes],
    ["clock", "ticks/ns", calibration?.ticksPerNs],
  ];
}

export function trialMetrics({ mappings, refusedWindows, violations }: Trial): Metric[] {
  return [
    ["mappings", "count", mappings],
    ["refused_windows", "count", refusedWindows],
    ["violations", "count", violations.length],
  ];
}

export function armMetrics(arm: Arm): Metric[] {
  const { counts, safety, blocks } = arm;
  return [
    ...countMetrics(counts),
    ...Object.entries(arm.errnos).map(([errno, n]): Metric => [`failed_${errno}`, "count", n]),
    ["conflict_share", "ratio", conflictShare(arm)],
    ["reservations", "1/s", reservationsPerSecond(arm)],
    ["calls_per_reservation", "ratio", callsPerReservation(arm)],
    ["calls_per_lost_attempt", "ratio", callsPerLostAttempt(counts)],
    ...callClasses.flatMap((name) => latencyMetrics(name, distributionIn(arm, name))),
    ["warmup_calls", "count", arm.warmupCalls],
    ["cut_blocks", "count", arm.cutBlocks],
    ["voided_blocks", "count", arm.voidedBlocks],
    ["minor_faults", "count", arm.minorFaults],
    ["major_faults", "count", arm.majorFaults],
    ...countMetrics(safety),
    ["blocks", "count", blocks.wallNs.length],
    ["measured", "ns", sum(blocks.wallNs)],
    ["voluntary_switches", "count", sum(blocks.voluntarySwitches)],
    ["involuntary_switches", "count", sum(blocks.involuntarySwitches)],
    ["tlb_shootdowns", "count", sum(blocks.tlbShootdowns)],
    ["others_cpu", "ms", sum(blocks.othersCpuMs)],
  ];
}

export function latencyMetrics(name: string, distribution: Distribution | undefined): Metric[] {
  if (!distribution) return [];
  const { count, p50, p90, p99, p999, max } = distribution.quantiles;
  return [
    [`${name}_calls`, "count", count],
    [`${name}_overflow`, "count", distribution.overflow],
    [`${name}_p50`, "ns", p50],
    [`${name}_p90`, "ns", p90],
    [`${name}_p99`, "ns", p99],
    [`${name}_p99.9`, "ns", p999],
    [`${name}_max`, "ns", max],
  ];
}

/** Names of fields as names of metrics: doubleOwners to double_owners. */
export function countMetrics(counts: Readonly<Record<string, number>>): Metric[] {
  return Object.entries(counts).map(([name, count]) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    "count",
    count,
  ]);
}
