/**
 * A path run as comma-separated values, in long form: a row a fork, profile, way and metric.
 * Numbers stand as the file has them or as the digest's own functions derive them, unrounded.
 */

import { type PathClass, pathClasses } from "../model.ts";
import type { Bite, PathArm, PathCase, PathRun } from "../results/path-schema.ts";
import {
  addLines,
  countMetrics,
  forkCells,
  forkMetrics,
  latencyMetrics,
  type Metric,
} from "./csv.ts";
import { figuresOf, lostDistributionOf } from "./path-samples.ts";

const columns = [
  ...["tool_commit", "host", "kernel", "started_at", "fork", "status"],
  ...["profile", "actors", "interlopers", "way", "metric", "unit", "value"],
] as const;

/** As renderCsv() has it: metrics of a fork as a whole have no profile, those of a case no way. */
export function renderPathCsv(run: PathRun): string {
  const lines = [columns.join(",")];
  for (const fork of run.forks) {
    const start = forkCells(fork, run);
    addLines(lines, [...start, "", "", "", ""], forkMetrics(fork));
    for (const found of fork.cases) {
      const where = [...start, found.profile, found.actors, found.interlopers];
      addLines(lines, [...where, ""], caseMetrics(found));
      for (const arm of found.arms) addLines(lines, [...where, arm.way], armMetrics(arm));
    }
  }
  return `${lines.join("\n")}\n`;
}

export function caseMetrics({ mappings, violations, bites }: PathCase): Metric[] {
  return [
    ["mappings", "count", mappings],
    ["violations", "count", violations.length],
    ...bites.flatMap(biteMetrics),
  ];
}

/** 1 where the place was had, 0 where it was not. */
function biteMetrics({ case: kind, hint, noreplace }: Bite): Metric[] {
  return [
    [`${metricName(kind)}_hint_placed`, "count", hint === "placed" ? 1 : 0],
    [`${metricName(kind)}_noreplace_placed`, "count", noreplace === "placed" ? 1 : 0],
  ];
}

export function armMetrics(arm: PathArm): Metric[] {
  const figures = figuresOf(arm);
  return [
    ...countMetrics(arm.counts),
    ...named("failed", arm.errnos),
    ...named("call", arm.systemCalls),
    ...named("warmup_call", arm.warmupCalls),
    ["attempts_per_reservation", "ratio", figures.attempts],
    ["searches_per_reservation", "ratio", figures.searches],
    ["calls_per_reservation", "ratio", figures.calls],
    ["wasted_per_reservation", "bytes", figures.wastedBytes],
    ["given_up_share", "ratio", figures.givenUpShare],
    ["stale_share", "ratio", figures.staleShare],
    ["search_share", "ratio", figures.searchShare],
    ["losing_share", "ratio", figures.losingShare],
    ["winning_share", "ratio", figures.winningShare],
    ["other_share", "ratio", figures.otherShare],
    ["kernel_share", "ratio", figures.kernelShare],
    ["parse_share", "ratio", figures.parseShare],
    ["reservations_per_second", "1/s", figures.reservationsPerSecond],
    ...pathClasses.flatMap((name) => latencyMetrics(metricName(name), distributionIn(arm, name))),
    ["measured", "ns", arm.wallNs],
    ...countMetrics(arm.safety),
  ];
}

/** "search-kernel" to "search_kernel": a metric's name is one word. */
function metricName(id: string): string {
  return id.replaceAll("-", "_");
}

function distributionIn(arm: PathArm, name: PathClass) {
  return name === "lost" ? lostDistributionOf(arm) : arm.distributions[name];
}

/** "call_mmap": how often each was, by name. */
function named(what: string, counts: Readonly<Record<string, number>>): Metric[] {
  return Object.entries(counts).map(([name, count]) => [`${what}_${name}`, "count", count]);
}
