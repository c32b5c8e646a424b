/**
 * A sweep as comma-separated values, in long form: a row a fork, value, race or search, and metric.
 * Numbers stand as the file has them or as the digests' own functions derive them, unrounded.
 */

import type { SweepRun } from "../results/sweep-schema.ts";
import { addLines, armMetrics, forkCells, forkMetrics, trialMetrics } from "./csv.ts";
import { caseMetrics, armMetrics as searchMetrics } from "./path-csv.ts";

const columns = [
  ...["tool_commit", "host", "kernel", "started_at", "fork", "status", "axis", "swept"],
  ...["scenario", "actors", "windows", "window_bytes", "hold", "strategy"],
  ...["profile", "interlopers", "way", "metric", "unit", "value"],
] as const;

/**
 * As renderCsv() and renderPathCsv() have it: a race has a scenario and a search a profile, metrics
 * of a fork as a whole have neither. `swept` is the value of the axis: a number, or bytes.
 */
export function renderSweepCsv(run: SweepRun): string {
  const lines = [columns.join(",")];
  for (const fork of run.forks) {
    const start = [...forkCells(fork, run), run.axis, fork.value];
    addLines(lines, [...start, "", "", "", "", "", "", "", "", ""], forkMetrics(fork));
    for (const trial of fork.trials) {
      const { scenario, actors, windows, windowBytes, hold } = trial.spec;
      const where = [...start, scenario, actors, windows, windowBytes, hold];
      addLines(lines, [...where, "", "", "", ""], trialMetrics(trial));
      for (const arm of trial.arms) {
        addLines(lines, [...where, arm.strategy, "", "", ""], armMetrics(arm));
      }
    }
    for (const found of fork.searches) {
      const where = [...start, "", found.actors, "", "", "", ""];
      const profile = [found.profile, found.interlopers];
      addLines(lines, [...where, ...profile, ""], caseMetrics(found));
      for (const arm of found.arms) {
        addLines(lines, [...where, ...profile, arm.way], searchMetrics(arm));
      }
    }
  }
  return `${lines.join("\n")}\n`;
}
