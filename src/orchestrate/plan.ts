/**
 * Plans a run: which forks, which trials in each, which blocks in which order. Pure and seeded, so
 * that `--list` shows what will happen and the same seed plans the same run.
 */

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import type { BlockPlan } from "../measure/actor.ts";
import type { BenchOptions, TrialSpec } from "../results/schema.ts";
import { scenarioOf } from "../scenarios/index.ts";
import { strategyOf } from "../strategies/index.ts";

export const warmupMs = 4;
/** More forks narrow the interval, but each costs its start. */
const mostForks = 10;
/** The fewest that a 95 % interval of a median can be had from. */
const forksForInterval = 6;
const fewRounds = 3;
/**
 * The windows that an actor asks for repeat after so many attempts, or more where there are many.
 */
const shortestOrder = 4096;
const turnsOfEveryWindow = 4;

export interface ForkPlan {
  readonly index: number;
  readonly strategies: readonly string[];
  readonly trials: readonly TrialSpec[];
  readonly seed: number;
}

export interface RunPlan {
  readonly options: BenchOptions;
  readonly forks: readonly ForkPlan[];
}

/** What forks and blocks take beside their measured time, in ms; every fork corrects it. */
export interface Overheads {
  readonly forkMs: number;
  /** A block's share of planning, audits, histograms and saving. */
  readonly blockMs: number;
}

/** What a fork measures: `cost` arms, trials times strategies, each `rounds` times `blockMs`. */
export interface ForkSize {
  readonly cost: number;
  readonly rounds: number;
  readonly blockMs: number;
}

/** What a fork with so many threads takes until one has been measured. */
export function assumeOverheads(threads: number): Overheads {
  return { forkMs: 250 + 45 * threads, blockMs: 2.5 };
}

/** Every fork of the run. Strategies that clobber get forks of their own. */
export function planRun(options: BenchOptions): RunPlan {
  const trials = trialSpecsOf(options);
  const groups = groupsOf(options.strategies);
  const forks = Array.from({ length: options.forks }).flatMap((_, fork) =>
    groups.map((strategies, group): ForkPlan => {
      const index = fork * groups.length + group;
      return { index, strategies, trials, seed: forkSeed(options.seed, index) };
    }),
  );
  return { options, forks };
}

/** Far apart for neighbouring runs and forks; the factors are those of common integer hashes. */
function forkSeed(seed: number, index: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
}

/** Strategies that may share a process: the sound ones, and each that clobbers alone. */
export function groupsOf(strategies: readonly string[]): string[][] {
  const sound = strategies.filter((id) => !strategyOf(id).clobbers);
  const clobbering = strategies.filter((id) => strategyOf(id).clobbers);
  return [sound, ...clobbering.map((id) => [id])].filter((group) => group.length > 0);
}

/** The configurations that every fork runs, in order. */
export function trialSpecsOf(
  options: Pick<BenchOptions, "scenarios" | "actors" | "windows" | "windowBytes" | "hold">,
): TrialSpec[] {
  return options.scenarios.flatMap((id) => {
    const scenario = scenarioOf(id);
    const windows = scenario.windowsAreFixed
      ? scenario.windows
      : (options.windows ?? scenario.windows);
    return (scenario.soloOnly ? [1] : options.actors).map((actors) => ({
      scenario: id,
      actors,
      windows,
      windowBytes: options.windowBytes,
      hold: options.hold ?? scenario.hold(actors, windows),
    }));
  });
}

/**
 * As many forks as the time allows, at most ten: with as many turns of every strategy as were asked
 * for, else with a few, or with one until there are enough for an interval. `groups` are the
 * processes that share the arms.
 */
export function affordableForks(
  timeMs: number,
  size: Omit<ForkSize, "rounds">,
  askedRounds: number | null,
  groups: number,
  overheads: Overheads,
): number {
  const within = (rounds: number): number => {
    const forkMs = forkMsOf({ ...size, rounds }, overheads);
    return Math.floor(timeMs / (forkMs + (groups - 1) * overheads.forkMs));
  };
  const enough = Math.min(forksForInterval, within(askedRounds ?? 1));
  return Math.max(1, Math.min(mostForks, Math.max(enough, within(askedRounds ?? fewRounds))));
}

/** What a fork of this size takes, in ms. */
export function forkMsOf({ cost, rounds, blockMs }: ForkSize, overheads: Overheads): number {
  const plannedMs = rounds * blockMs + warmupMs;
  const overheadMs = (rounds + 1) * overheads.blockMs;
  return overheads.forkMs + cost * (plannedMs + overheadMs);
}

/** How many turns each arm gets in a fork that may take `budgetMs`. */
export function roundsWithin(
  budgetMs: number,
  size: Omit<ForkSize, "rounds">,
  overheads: Overheads,
): number {
  const none = forkMsOf({ ...size, rounds: 0 }, overheads);
  const each = forkMsOf({ ...size, rounds: 1 }, overheads) - none;
  return Math.max(1, Math.floor((budgetMs - none) / each));
}

/**
 * Warm-ups, then `rounds` turns: a seeded order and its mirror image (A B B A), so that what grows
 * or fades over a trial meets every strategy alike.
 */
export function planBlocks(
  strategies: readonly string[],
  { rounds, blockMs }: Pick<ForkSize, "rounds" | "blockMs">,
  seed: number,
): BlockPlan[] {
  const random = mersenne(seed);
  const blocks: BlockPlan[] = strategies.map((strategy) => ({
    strategy,
    ms: warmupMs,
    warmup: true,
  }));
  let order: readonly string[] = [];
  for (let round = 0; round < rounds; round++) {
    order = round % 2 === 0 ? shuffled(strategies, random) : order.toReversed();
    blocks.push(...order.map((strategy) => ({ strategy, ms: blockMs, warmup: false })));
  }
  return blocks;
}

/** The windows that an actor asks for in turn; the same seed and actor, the same windows. */
export function planOrder(
  kind: "cyclic" | "random",
  windows: number,
  seed: number,
  actor: number,
): Uint32Array {
  const random = mersenne((seed ^ Math.imul(actor + 1, 0x9e3779b9)) | 0);
  const length = Math.max(shortestOrder, 2 ** Math.ceil(Math.log2(turnsOfEveryWindow * windows)));
  return Uint32Array.from({ length }, (_, index) =>
    kind === "cyclic" ? (index + actor) % windows : uniformInt(random, 0, windows - 1),
  );
}

function shuffled(items: readonly string[], random: RandomGenerator): string[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = uniformInt(random, 0, last);
    [result[last], result[other]] = [result[other] as string, result[last] as string];
  }
  return result;
}
