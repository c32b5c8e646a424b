/**
 * Executes a plan: forks one after another, trials in lockstep, inside the time budget. Yields an
 * event whenever something is done and nothing is measured, so whoever draws does it then.
 */

import { extname } from "node:path";
import { performance } from "node:perf_hooks";
import type { Fork, Trial, TrialSpec } from "../results/schema.ts";
import { ForkLost, ForkProcess } from "./fork-process.ts";
import {
  assumedOverheads,
  type ForkPlan,
  forkMsOf,
  type Overheads,
  planBlocks,
  type RunPlan,
  roundsWithin,
} from "./plan.ts";
import type { ForkSetup, FromFork } from "./protocol.ts";

export type RunEvent =
  | { readonly kind: "trial-started"; readonly fork: ForkPlan; readonly spec: TrialSpec }
  | { readonly kind: "fork-ended"; readonly fork: Fork; readonly warnings: readonly string[] };

export interface ExecuteContext {
  readonly setup: ForkSetup;
  /** When the run must be over, on performance.now()'s clock. */
  readonly endsAtMs: number;
  /** Aborted by Ctrl-C: the fork under way is killed, what it measured is kept. */
  readonly signal: AbortSignal;
  /** The program of a fork; another one in tests. */
  readonly forkModule?: URL;
  /** How long a fork may be late before it is taken to hang. */
  readonly graceMs?: number;
}

const defaultGraceMs = 30_000;

/** Runs the plan's forks until they are done, the time is up, or the signal comes. */
export async function* executeRun(
  plan: RunPlan,
  context: ExecuteContext,
): AsyncGenerator<RunEvent, void, undefined> {
  let overheads = assumedOverheads;
  const costOf = (fork: ForkPlan): number => fork.trials.length * fork.strategies.length;
  let remainingCost = plan.forks.reduce((sum, fork) => sum + costOf(fork), 0);
  for (const fork of plan.forks) {
    const remainingMs = context.endsAtMs - performance.now();
    const budgetMs = (remainingMs * costOf(fork)) / remainingCost;
    remainingCost -= costOf(fork);
    const rounds = roundsWithin(budgetMs, fork, overheads);
    const size = { trials: fork.trials.length, strategies: fork.strategies.length, rounds };
    if (context.signal.aborted) return;
    // The first fork always runs: a budget too small is better overdrawn than answered by nothing.
    if (fork.index > 0 && forkMsOf({ ...size, rounds: 1 }, overheads) > remainingMs) return;
    const startedAtMs = performance.now();
    yield* executeFork(fork, rounds, context);
    overheads = correctOverheads(overheads, forkMsOf(size, overheads), startedAtMs);
  }
}

/** Scales the assumed overheads so that they explain what the fork really took. */
function correctOverheads(
  overheads: Overheads,
  expectedMs: number,
  startedAtMs: number,
): Overheads {
  const lateMs = performance.now() - startedAtMs - expectedMs;
  return { ...overheads, forkMs: Math.max(0, overheads.forkMs + lateMs) };
}

async function* executeFork(
  plan: ForkPlan,
  rounds: number,
  context: ExecuteContext,
): AsyncGenerator<RunEvent, void, undefined> {
  const { setup, signal, graceMs = defaultGraceMs } = context;
  const ownModule = new URL(`../../workers/fork${extname(import.meta.url)}`, import.meta.url);
  const startedAtMs = performance.now();
  const child = new ForkProcess(context.forkModule ?? ownModule, signal);
  const trials: Trial[] = [];
  let partial: Partial<Fork> = {};
  let warnings: readonly string[] = [];
  let lost: ForkLost | undefined;
  try {
    const ready = expectKind(await child.ask({ kind: "setup", setup }, graceMs), "ready");
    partial = { readyMs: performance.now() - startedAtMs, calibration: ready.calibration };
    warnings = ready.warnings;
    for (const [index, spec] of plan.trials.entries()) {
      yield { kind: "trial-started", fork: plan, spec };
      const seed = (plan.seed * 1000 + index) >>> 0;
      const blocks = planBlocks(plan.strategies, rounds, seed);
      const plannedMs = blocks.reduce((sum, block) => sum + block.ms, 0);
      const message = { kind: "trial", plan: { spec, seed, blocks } } as const;
      const answer = await child.ask(message, graceMs + 4 * plannedMs);
      trials.push(expectKind(answer, "trial").trial);
    }
    const finished = expectKind(await child.ask({ kind: "finish" }, graceMs), "finished");
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
}

function expectKind<K extends FromFork["kind"]>(
  answer: FromFork,
  kind: K,
): Extract<FromFork, { kind: K }> {
  if (answer.kind === kind) return answer as Extract<FromFork, { kind: K }>;
  throw new ForkLost("failed", `the fork answered "${answer.kind}" where "${kind}" was due`);
}
