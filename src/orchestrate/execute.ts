/**
 * Executes a plan: forks one after another, trials in lockstep, inside the time budget. Yields an
 * event whenever something is done and nothing is measured, so whoever draws does it then.
 */

import { performance } from "node:perf_hooks";
import { mergeReports } from "../measure/merge.ts";
import type { Calibration, Fork, Trial, TrialSpec } from "../results/schema.ts";
import { ForkLost, ForkProcess, forkModule } from "./fork-process.ts";
import {
  assumeOverheads,
  type ForkPlan,
  type ForkSize,
  forkMsOf,
  type Overheads,
  planBlocks,
  type RunPlan,
  roundsWithin,
} from "./plan.ts";
import type { ForkSetup, MeasuredTrial } from "./protocol.ts";

export type RunEvent =
  | { readonly kind: "trial-started"; readonly fork: ForkPlan; readonly spec: TrialSpec }
  | { readonly kind: "fork-ended"; readonly fork: Fork; readonly warnings: readonly string[] };

export interface ExecuteContext {
  readonly setup: ForkSetup;
  /** When the run must be over, on performance.now()'s clock. */
  readonly endsAtMs: number;
  /** Aborted by Ctrl-C: the fork under way is killed, what it measured is kept. */
  readonly signal: AbortSignal;
  /** Where another process decides when a fork starts, and whether there is one more. */
  readonly pace?: { readonly mayStart: () => Promise<boolean> } | undefined;
  /** The program of a fork; another one in tests. */
  readonly forkModule?: URL;
  /** How long a fork may be late before it is taken to hang. */
  readonly graceMs?: number;
}

const defaultGraceMs = 30_000;

/** A fork more is worth being a little late: an interval needs six. */
const lateMs = 400;

/** Runs the plan's forks until they are done, the time is up, or the signal comes. */
export async function* executeRun(
  plan: RunPlan,
  context: ExecuteContext,
): AsyncGenerator<RunEvent, void, undefined> {
  const { blockMs, rounds: askedRounds } = plan.options;
  let overheads = assumeOverheads(context.setup.threads);
  const costOf = (fork: ForkPlan): number => fork.trials.length * fork.strategies.length;
  let remainingCost = plan.forks.reduce((sum, fork) => sum + costOf(fork), 0);
  for (const plannedFork of plan.forks) {
    const remainingMs = context.endsAtMs - performance.now();
    const cost = costOf(plannedFork);
    const least = { cost, blockMs, rounds: askedRounds ?? 1 };
    const leastMs = forkMsOf(least, overheads);
    if (context.signal.aborted) return;
    if (context.pace && !(await context.pace.mayStart())) return;
    // The first fork always runs: a budget too small is better overdrawn than answered by nothing.
    if (plannedFork.index > 0 && leastMs > remainingMs + lateMs) return;
    // Where not all can run any more, those that can share what is left.
    const fitting = Math.max(1, Math.floor((remainingMs + lateMs) / leastMs));
    const budgetMs = remainingMs * Math.max(cost / remainingCost, 1 / fitting);
    remainingCost -= cost;
    const size = { ...least, rounds: askedRounds ?? roundsWithin(budgetMs, least, overheads) };
    const fork = yield* executeFork(plannedFork, size, context);
    overheads = overheadsOf(fork, size) ?? overheads;
  }
}

/** What a complete fork took beside its blocks. */
function overheadsOf(fork: Fork, size: ForkSize): Overheads | undefined {
  if (fork.status !== "complete" || fork.readyMs === undefined) return undefined;
  const { readyMs } = fork;
  const beyondMs = fork.elapsedMs - forkMsOf(size, { forkMs: readyMs, blockMs: 0 });
  const blocks = size.cost * (size.rounds + 1);
  return { forkMs: readyMs, blockMs: Math.max(0, beyondMs / blocks) };
}

async function* executeFork(
  plan: ForkPlan,
  size: ForkSize,
  context: ExecuteContext,
): AsyncGenerator<RunEvent, Fork, undefined> {
  const { setup, signal, graceMs = defaultGraceMs } = context;
  const startedAtMs = performance.now();
  const child = new ForkProcess(context.forkModule ?? forkModule, signal);
  const trials: Trial[] = [];
  let partial: Partial<Fork> = {};
  let warnings: readonly string[] = [];
  let lost: ForkLost | undefined;
  try {
    const ready = await child.ask({ kind: "setup", setup }, "ready", graceMs);
    const { calibration } = ready;
    partial = { readyMs: performance.now() - startedAtMs, calibration };
    warnings = ready.warnings;
    for (const [index, spec] of plan.trials.entries()) {
      yield { kind: "trial-started", fork: plan, spec };
      const seed = (plan.seed + index) >>> 0;
      const blocks = planBlocks(plan.strategies, size, seed);
      const plannedMs = blocks.reduce((sum, block) => sum + block.ms, 0);
      const message = { kind: "trial", plan: { spec, seed, blocks } } as const;
      const answer = await child.ask(message, "trial", graceMs + 4 * plannedMs);
      trials.push(trialOf(answer.measured, spec, plan.strategies, calibration));
    }
    const finished = await child.ask({ kind: "finish" }, "finished", graceMs);
    partial = { ...partial, peakMemoryBytes: finished.peakMemoryBytes };
  } catch (error) {
    if (!(error instanceof ForkLost)) throw error;
    lost = error;
  } finally {
    child.kill();
  }
  const fork: Fork = {
    index: plan.index,
    strategies: [...plan.strategies],
    status: lost?.status ?? "complete",
    ...(lost && { error: lost.message }),
    ...partial,
    elapsedMs: Math.round(performance.now() - startedAtMs),
    trials,
  };
  yield { kind: "fork-ended", fork, warnings };
  return fork;
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
