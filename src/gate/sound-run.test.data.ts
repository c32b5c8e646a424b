/** A run made up for tests that obeys every law, and ways to break one of them alone. */

import assert from "node:assert/strict";
import type { CallClass } from "../model.ts";
import { armsOf, type SampleChoice, sampleRun } from "../report/sample-run.test.data.ts";
import { distributionOf } from "../results/histogram.ts";
import type { Arm, Fork, Run } from "../results/schema.ts";

type Counts = Arm["counts"];

const strategies = ["hint-munmap", "fixed-noreplace", "kernel-chosen", "fixed"];

/**
 * A sample run whose histograms hold just as many calls as its counts say: two forks unless chosen
 * otherwise, and as many again of the negative control.
 */
export function soundRun(choice: Omit<SampleChoice, "strategies"> = {}): Run {
  const run = sampleRun({ forks: 2, actors: [1, 2], strategies, ...choice });
  for (const { arm } of armsOf(run)) retime(arm);
  return run;
}

/** Makes the arm's histograms anew, of its counts as they are now. */
function retime(arm: Arm): void {
  const { placed, rejected, misplaced, failed, cleanups, releases } = arm.counts;
  const calls: [CallClass, number][] = [
    ["placed", placed],
    ["rejected", rejected],
    ["misplaced", misplaced],
    ["failed", failed],
    ["cleanup", cleanups],
    ["lost", misplaced > 0 ? misplaced + rejected : 0],
    ["release", releases],
  ];
  const entries = calls.flatMap(([kind, count], index) => {
    const spread = [count - Math.floor(count / 10), Math.floor(count / 10)];
    const ticks = Uint32Array.of(300 * (index + 1), 4000);
    const distribution = distributionOf([{ ticks, counts: Uint32Array.from(spread) }], 2.1);
    return distribution ? [[kind, distribution]] : [];
  });
  arm.distributions = Object.fromEntries(entries) as Arm["distributions"];
}

/** Changes counts by so much, and lets blocks, actors and histograms follow. */
export function recount(arm: Arm, by: Partial<Counts>): void {
  for (const [name, change] of Object.entries(by)) arm.counts[name as keyof Counts] += change;
  addTo(arm.blocks.attempts, by.attempts ?? 0);
  addTo(arm.blocks.placed, by.placed ?? 0);
  addTo(arm.placedByActor, by.placed ?? 0);
  retime(arm);
}

/** Changes the first value, and with it the sum. */
export function addTo(values: number[], change: number): void {
  values[0] = (values[0] ?? 0) + change;
}

export function forkOf(run: Run, index: number): Fork {
  return run.forks[index] ?? assert.fail(`no fork ${index}`);
}

/** The arm of fork 1; the negative control's is that of fork 2, the first of its own. */
export function armOf(run: Run, strategy: string, scenario: string, actors = 1): Arm {
  const trials = forkOf(run, strategy === "fixed" ? 2 : 1).trials;
  const trial = trials.find(({ spec }) => spec.scenario === scenario && spec.actors === actors);
  const arm = trial?.arms.find((candidate) => candidate.strategy === strategy);
  return arm ?? assert.fail(`no ${strategy} in ${scenario}`);
}

/** Replaces the value at place `at`, depth first; returns how many places it passed. */
export function replaceIn(node: unknown, at: number, replace: (old: unknown) => unknown): number {
  if (typeof node !== "object" || node === null) return 0;
  const parent = node as Record<string, unknown>;
  let passed = 0;
  for (const [key, child] of Object.entries(parent)) {
    if (passed === at) parent[key] = replace(child);
    passed += 1 + replaceIn(child, at - passed - 1, replace);
  }
  return passed;
}
