/**
 * Forks one after another inside a time budget, and one fork from spawn to finish, whatever it is
 * there for. A fork that crashes or hangs is recorded, and the next one starts.
 */

import { performance } from "node:perf_hooks";
import type { Calibration, Fork } from "../results/schema.ts";
import { ForkLost, ForkProcess, forkModule } from "./fork-process.ts";
import { assumeOverheads, type ForkSize, forkMsOf, type Overheads, roundsWithin } from "./plan.ts";
import type { ForkSetup } from "./protocol.ts";

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

/** What every fork has, whatever it measured. */
export type ForkFacts = Pick<
  Fork,
  "status" | "error" | "readyMs" | "elapsedMs" | "peakMemoryBytes" | "calibration"
>;

const defaultGraceMs = 30_000;

/** A fork more is worth being a little late: an interval needs six. */
const lateMs = 400;

export interface ForkToRun {
  readonly index: number;
  /** Blocks of one round: what it measures, times the strategies or ways. */
  readonly cost: number;
}

/**
 * Runs forks until they are done, the time is up, or the signal comes. Each gets as many rounds as
 * were asked for, else what is left of the time allows.
 */
export async function* executeForks<P extends ForkToRun, E>(
  plans: readonly P[],
  turns: { readonly rounds: number | null; readonly blockMs: number },
  context: ExecuteContext,
  run: (plan: P, size: ForkSize) => AsyncGenerator<E, ForkFacts, undefined>,
): AsyncGenerator<E, void, undefined> {
  let overheads = assumeOverheads(context.setup.threads);
  let remainingCost = plans.reduce((sum, { cost }) => sum + cost, 0);
  for (const plan of plans) {
    const remainingMs = context.endsAtMs - performance.now();
    const { cost } = plan;
    const least = { cost, blockMs: turns.blockMs, rounds: turns.rounds ?? 1 };
    const leastMs = forkMsOf(least, overheads);
    if (context.signal.aborted) return;
    if (context.pace && !(await context.pace.mayStart())) return;
    // The first fork always runs: a budget too small is better overdrawn than answered by nothing.
    if (plan.index > 0 && leastMs > remainingMs + lateMs) return;
    // Where not all can run any more, those that can share what is left.
    const fitting = Math.max(1, Math.floor((remainingMs + lateMs) / leastMs));
    const budgetMs = remainingMs * Math.max(cost / remainingCost, 1 / fitting);
    remainingCost -= cost;
    const size = { ...least, rounds: turns.rounds ?? roundsWithin(budgetMs, least, overheads) };
    const facts = yield* run(plan, size);
    overheads = overheadsOf(facts, size) ?? overheads;
  }
}

/** What a complete fork took beside its blocks. */
function overheadsOf(
  { status, readyMs, elapsedMs }: ForkFacts,
  size: ForkSize,
): Overheads | undefined {
  if (status !== "complete" || readyMs === undefined) return undefined;
  const beyondMs = elapsedMs - forkMsOf(size, { forkMs: readyMs, blockMs: 0 });
  const blocks = size.cost * (size.rounds + 1);
  return { forkMs: readyMs, blockMs: Math.max(0, beyondMs / blocks) };
}

/** A child that is ready, and how long to wait for what it is asked. */
export interface ReadyFork {
  readonly child: ForkProcess;
  readonly calibration: Calibration;
  readonly graceMs: number;
}

/** One fork: spawns it, lets `work` ask it for its measurements, and ends it in any case. */
export async function* runFork<E>(
  context: ExecuteContext,
  work: (fork: ReadyFork) => AsyncGenerator<E, void, undefined>,
): AsyncGenerator<E, { readonly facts: ForkFacts; readonly warnings: readonly string[] }> {
  const { setup, signal, graceMs = defaultGraceMs } = context;
  const startedAtMs = performance.now();
  const child = new ForkProcess(context.forkModule ?? forkModule, signal);
  let partial: Partial<ForkFacts> = {};
  let warnings: readonly string[] = [];
  let lost: ForkLost | undefined;
  try {
    const ready = await child.ask({ kind: "setup", setup }, "ready", graceMs);
    const { calibration } = ready;
    partial = { readyMs: performance.now() - startedAtMs, calibration };
    warnings = ready.warnings;
    yield* work({ child, calibration, graceMs });
    const finished = await child.ask({ kind: "finish" }, "finished", graceMs);
    partial = { ...partial, peakMemoryBytes: finished.peakMemoryBytes };
  } catch (error) {
    if (!(error instanceof ForkLost)) throw error;
    lost = error;
  } finally {
    child.kill();
  }
  const facts: ForkFacts = {
    status: lost?.status ?? "complete",
    ...(lost && { error: lost.message }),
    ...partial,
    elapsedMs: Math.round(performance.now() - startedAtMs),
  };
  return { facts, warnings };
}
