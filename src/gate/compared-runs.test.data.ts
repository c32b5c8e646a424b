/** Sides of a comparison made up for tests: the same code at different moments, or slowed. */

import assert from "node:assert/strict";
import { armsOf } from "../report/sample-run.test.data.ts";
import { type Gate, gateSchema } from "../results/gate-schema.ts";
import { type Metric, type Policy, policySchema } from "../results/policy-schema.ts";
import type { Arm, Run } from "../results/schema.ts";
import { digestGate, type Evidence, type SideRun } from "./digest.ts";
import { defaultMetrics } from "./metrics.ts";
import { soundRun } from "./sound-run.test.data.ts";

export const forks = 12;

/** Without the negative control, which has forks of its own and no part in a comparison. */
const sound = soundRun({ forks, scenarios: ["occupied", "spread"], actors: [1] });
sound.forks = sound.forks.filter(({ strategies }) => !strategies.includes("fixed"));
sound.options.strategies = sound.options.strategies.filter((id) => id !== "fixed");

/**
 * The same code measured again: each fork's figures are those of another, so that sides differ by
 * one or two per cent from fork to fork, and by nothing in all.
 */
export function measuredAt(moment: number, change: (arm: Arm) => void = () => {}): Run {
  const run = structuredClone(sound);
  run.forks = sound.forks.map((_, index) => ({
    ...structuredClone(sound.forks[(index + 5 * moment) % forks] ?? assert.fail()),
    index,
  }));
  for (const { arm } of armsOf(run)) change(arm);
  return run;
}

/** Makes everything that a strategy does take so many times as long. */
export function slow(factors: Readonly<Record<string, number>>): (arm: Arm) => void {
  return ({ strategy, blocks }) => {
    const factor = factors[strategy] ?? 1;
    blocks.wallNs = blocks.wallNs.map((ns) => ns * factor);
    retime(blocks, (ns) => ns * factor);
  };
}

/** Makes every system call take so many nanoseconds more; losing a hint takes two. */
export function delay(callNs: number): (arm: Arm) => void {
  return ({ strategy, counts, blocks }) => {
    const calls = (counts.attempts + counts.cleanups + counts.releases) / blocks.wallNs.length;
    blocks.wallNs = blocks.wallNs.map((ns) => ns + calls * callNs);
    retime(blocks, (ns, kind) => {
      const isTwoCalls = strategy === "hint-munmap" && kind === "lost";
      return ns + (isTwoCalls ? 2 : 1) * callNs;
    });
  };
}

function retime({ latencies }: Arm["blocks"], time: (ns: number, kind: string) => number): void {
  for (const [kind, quantiles] of Object.entries(latencies)) {
    quantiles.p50 = quantiles.p50.map((ns) => ns && time(ns, kind));
    quantiles.p90 = quantiles.p90.map((ns) => ns && time(ns, kind));
  }
}

export const policy = policySchema.parse({});

export function pairedWith(
  candidate: Run,
  others: { baseline?: Run; again?: Run; look?: "only" | "first" | "last" } = {},
): Evidence {
  const { baseline = measuredAt(0), again = measuredAt(2), look = "only" } = others;
  return {
    kind: "paired",
    ...{ baseline: fileOf(baseline, "baseline"), candidate: fileOf(candidate, "candidate") },
    ...{ again: fileOf(again, "again"), look },
  };
}

export function fileOf(run: Run, name: string): SideRun {
  return { run, path: `results/${name}.json` };
}

/** Digests, and makes sure that the file would hold just what the program has. */
export function digested(
  evidence: Evidence,
  how: { metrics?: readonly Metric[]; policy?: Policy } = {},
): Gate {
  const gate = digestGate(evidence, how.metrics ?? defaultMetrics, how.policy ?? policy, {
    tool: { name: "noclobber", version: "0.1.0" },
    command: ["noclobber", "gate"],
    startedAt: "2026-01-15T09:30:00Z",
    elapsedMs: 1,
    notes: ["a note of the occasion"],
  });
  assert.deepEqual(gateSchema.parse(JSON.parse(JSON.stringify(gate))), gate);
  return gate;
}

/** Loses a fork, which had measured all the same: a hundred times too slow. */
export function loseFork(run: Run, pair: number, error?: string): void {
  const fork = run.forks[pair] ?? assert.fail(`no fork ${pair}`);
  fork.status = "crashed";
  if (error !== undefined) fork.error = error;
  spoilFork(run, pair);
}

/** Makes one strategy of the fork a hundred times slower, in every figure. */
export function spoilFork(run: Run, pair: number): void {
  const { trials } = run.forks[pair] ?? assert.fail(`no fork ${pair}`);
  for (const arm of trials.flatMap(({ arms }) => arms)) {
    if (arm.strategy !== "fixed-noreplace") continue;
    slow({ "fixed-noreplace": 100 })(arm);
    for (const { quantiles } of Object.values(arm.distributions)) quantiles.p50 *= 100;
  }
}

/** The interval, which must be there. */
export function intervalOf(change: Gate["metrics"][number]["slowdown"]) {
  return change.state === "interval" ? change : assert.fail(`${change.n} of ${change.needed}`);
}
