/**
 * Plans and executes a sweep: every value in forks of its own, and the values in turn, so that what
 * drifts over the run meets all of them alike. A fork races and searches at its value.
 */

import type { Profile } from "../profiles/profile.ts";
import { sweepSearch } from "../profiles/sweep-search.ts";
import type { BenchOptions } from "../results/schema.ts";
import type { SweepAxis, SweepFork } from "../results/sweep-schema.ts";
import { measureTrials } from "./execute.ts";
import {
  type ExecuteContext,
  executeForks,
  type ForkFacts,
  type ForkToRun,
  runFork,
} from "./fork-life.ts";
import { type Ground, measureCases, type PartStarted, runnable } from "./path.ts";
import { type ForkPlan, type ForkSize, planRun } from "./plan.ts";

/** Scenarios that say what losing costs, and what a caller gets. */
const sweptScenarios: readonly string[] = ["occupied", "spread"];

/** What is measured at one value. */
export interface SweepPoint {
  readonly value: number;
  readonly options: BenchOptions;
  readonly profiles: readonly Profile[];
  /** Of the largest part. */
  readonly threads: number;
}

export type SweepEvent =
  | PartStarted
  | { readonly kind: "fork-ended"; readonly fork: SweepFork; readonly warnings: readonly string[] };

/** Actors of the race and of the search where the axis is another. */
const sweptActors = 2;

/** The options at one value of the axis, and how is searched there. */
export function planPoint(
  axis: SweepAxis,
  value: number,
  base: BenchOptions,
  ground: Ground,
): SweepPoint {
  const options: BenchOptions = {
    ...base,
    scenarios: [...sweptScenarios],
    actors: [axis === "actors" ? value : sweptActors],
    ...(axis === "vmas" && { vmas: value }),
    ...(axis === "windows" && { windows: value }),
    ...(axis === "size" && { windowBytes: value }),
  };
  // With growing actors, the first value is the search by one.
  const searchers = axis === "actors" ? [value] : [1, sweptActors];
  const isSearched = axis === "actors" || axis === "vmas";
  const profiles = isSearched
    ? searchers.flatMap((actors) => runnable(sweepSearch(actors), ground).runnable ?? [])
    : [];
  return { value, options, profiles, threads: Math.max(...options.actors) };
}

interface PlannedFork extends ForkToRun {
  readonly point: SweepPoint;
  readonly race: ForkPlan;
}

/** Runs `repeats` forks of every point, within the time. */
export async function* executeSweep(
  points: readonly SweepPoint[],
  repeats: number,
  context: ExecuteContext,
): AsyncGenerator<SweepEvent, void, undefined> {
  const [first] = points;
  if (!first) return;
  const plans = Array.from({ length: repeats }).flatMap((_, repeat) =>
    points.map((point, place) => planFork(point, repeat * points.length + place)),
  );
  yield* executeForks(plans, first.options, context, (plan, size) =>
    executeFork(plan, size, context),
  );
}

/** The race of a fork is that which a run with these options would have at this place. */
function planFork(point: SweepPoint, index: number): PlannedFork {
  const { forks } = planRun({ ...point.options, forks: index + 1 });
  const race = { ...(forks.at(-1) as ForkPlan), index };
  const ways = point.profiles.reduce((sum, profile) => sum + profile.ways.length, 0);
  return { index, point, race, cost: race.trials.length * race.strategies.length + ways };
}

async function* executeFork(
  { index, point, race }: PlannedFork,
  size: ForkSize,
  context: ExecuteContext,
): AsyncGenerator<SweepEvent, ForkFacts, undefined> {
  const { value, options, profiles, threads } = point;
  const trials: SweepFork["trials"] = [];
  const searches: SweepFork["searches"] = [];
  const setup = { ...context.setup, options, threads };
  const { facts, warnings } = yield* runFork({ ...context, setup }, async function* (ready) {
    for await (const event of measureTrials(race, size, ready, trials)) {
      if (event.kind === "trial-started") {
        yield { kind: "started", fork: index, what: `${event.spec.scenario} at ${value}` } as const;
      }
    }
    const fork = { index, cost: 0 };
    for await (const event of measureCases(profiles, fork, size, options.seed, ready, searches)) {
      yield { ...event, what: `${event.what} at ${value}` };
    }
  });
  const strategies = [...race.strategies];
  const fork: SweepFork = { index, value, strategies, ...facts, trials, searches };
  yield { kind: "fork-ended", fork, warnings };
  return facts;
}
