/**
 * Executes a plan: forks one after another, trials in lockstep, inside the time budget. Yields an
 * event whenever something is done and nothing is measured, so whoever draws does it then.
 */

import { mergeReports } from "../measure/merge.ts";
import type { Calibration, Fork, Trial, TrialSpec } from "../results/schema.ts";
import {
  type ExecuteContext,
  executeForks,
  type ForkFacts,
  type ReadyFork,
  runFork,
} from "./fork-life.ts";
import { type ForkPlan, type ForkSize, planBlocks, type RunPlan } from "./plan.ts";
import type { MeasuredTrial } from "./protocol.ts";

export type RunEvent =
  | { readonly kind: "trial-started"; readonly fork: ForkPlan; readonly spec: TrialSpec }
  | { readonly kind: "fork-ended"; readonly fork: Fork; readonly warnings: readonly string[] };

/** Runs the plan's forks until they are done, the time is up, or the signal comes. */
export async function* executeRun(
  plan: RunPlan,
  context: ExecuteContext,
): AsyncGenerator<RunEvent, void, undefined> {
  const forks = plan.forks.map((fork) => ({
    ...fork,
    cost: fork.trials.length * fork.strategies.length,
  }));
  yield* executeForks(forks, plan.options, context, (fork, size) =>
    executeFork(fork, size, context),
  );
}

async function* executeFork(
  plan: ForkPlan,
  size: ForkSize,
  context: ExecuteContext,
): AsyncGenerator<RunEvent, ForkFacts, undefined> {
  const trials: Trial[] = [];
  const { facts, warnings } = yield* runFork(context, (ready) =>
    measureTrials(plan, size, ready, trials),
  );
  const strategies = [...plan.strategies];
  const fork: Fork = { index: plan.index, strategies, ...facts, trials };
  yield { kind: "fork-ended", fork, warnings };
  return facts;
}

/** Measures the trials of a fork that is ready. */
export async function* measureTrials(
  plan: ForkPlan,
  size: ForkSize,
  { child, calibration, graceMs }: ReadyFork,
  trials: Trial[],
): AsyncGenerator<RunEvent, void, undefined> {
  for (const [index, spec] of plan.trials.entries()) {
    yield { kind: "trial-started", fork: plan, spec };
    const seed = (plan.seed + index) >>> 0;
    const blocks = planBlocks(plan.strategies, size, seed);
    const plannedMs = blocks.reduce((sum, block) => sum + block.ms, 0);
    const message = { kind: "trial", plan: { spec, seed, blocks } } as const;
    const answer = await child.ask(message, "trial", graceMs + 4 * plannedMs);
    trials.push(trialOf(answer.measured, spec, plan.strategies, calibration));
  }
}

/** Histograms are made here, where the code that makes them is warm after the first fork. */
export function trialOf(
  { reports, leftovers, ...facts }: MeasuredTrial,
  spec: TrialSpec,
  strategies: readonly string[],
  { ticksPerNs }: Calibration,
): Trial {
  const { arms, violations } = mergeReports(reports, strategies, ticksPerNs);
  return { spec, ...facts, violations: [...violations, ...leftovers], arms };
}
