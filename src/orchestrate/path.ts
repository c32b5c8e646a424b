/**
 * Plans and executes runs of whole paths: in every fork every profile, with its ways in alternating
 * blocks. A profile, or a way, that this kernel cannot run is left out with its reason.
 */

import { address, formatAddress } from "../model.ts";
import type { Profile } from "../profiles/profile.ts";
import { mergePath } from "../reserve/merge-path.ts";
import { describeWay, keepsRange, soundnessOf, unavailableWay } from "../reserve/way-facts.ts";
import type { PathCase, PathFork, PathProfile } from "../results/path-schema.ts";
import type { Calibration, Host } from "../results/schema.ts";
import { readMaps } from "../sys/maps.ts";
import { formatBytes } from "../units.ts";
import { userSpaceEnd } from "../windows/plan.ts";
import {
  type ExecuteContext,
  executeForks,
  type ForkFacts,
  type ForkToRun,
  type ReadyFork,
  runFork,
} from "./fork-life.ts";
import { type ForkSize, planBlocks } from "./plan.ts";
import type { MeasuredCase } from "./protocol.ts";

/** What a fork measures next. */
export interface PartStarted {
  readonly kind: "started";
  readonly fork: number;
  readonly what: string;
}

export type PathEvent =
  | PartStarted
  | { readonly kind: "fork-ended"; readonly fork: PathFork; readonly warnings: readonly string[] };

/** A profile as the result file tells it. */
export function describeProfile(profile: Profile): PathProfile {
  const { id, summary, source, constraints, scaled, ways } = profile;
  return {
    ...{ id, summary, source },
    low: formatAddress(constraints.low),
    high: formatAddress(constraints.high),
    bytes: constraints.bytes,
    alignBytes: constraints.alignBytes,
    ...(scaled !== undefined && { scaled }),
    ways: ways.map((way) => ({
      id: way.id,
      summary: describeWay(way),
      sound: soundnessOf(way),
      keepsRange: keepsRange(way),
    })),
  };
}

/** What a profile needs of the ground that it runs on. */
export interface Ground {
  readonly pageBytes: number;
  /** User space is [lowest, end). */
  readonly lowest: number;
  readonly end: number;
}

/** The ground of this process. */
export function readGround({ pageBytes, mmapMinAddr }: Host): Ground {
  return { pageBytes, lowest: Number(mmapMinAddr) || 0, end: userSpaceEnd(readMaps()) };
}

/** A profile with the ways that can run here, and the reasons why it, or others, cannot. */
export function runnable(
  profile: Profile,
  ground: Ground,
): { readonly runnable?: Profile; readonly reasons: readonly string[] } {
  const obstacle = obstacleTo(profile, ground);
  if (obstacle !== undefined) return { reasons: [obstacle] };
  const reasons = profile.ways.flatMap((way) => {
    const reason = unavailableWay(way);
    return reason === undefined ? [] : [`${way.id}: ${reason}`];
  });
  const [first, ...others] = profile.ways.filter((way) => unavailableWay(way) === undefined);
  return { reasons, ...(first && { runnable: { ...profile, ways: [first, ...others] } }) };
}

/** What stands against a profile as a whole. */
function obstacleTo({ constraints, carving }: Profile, ground: Ground): string | undefined {
  const { low, high, bytes, alignBytes } = constraints;
  const sizes = [bytes, alignBytes, ...(carving?.pieces ?? [])];
  if (sizes.some((size) => size % ground.pageBytes !== 0)) {
    return `its sizes are no multiples of this machine's page of ${formatBytes(ground.pageBytes)}`;
  }
  if (low < ground.lowest) return `vm.mmap_min_addr is ${formatAddress(address(ground.lowest))}`;
  if (high > ground.end) return `user space ends at ${formatAddress(address(ground.end))} here`;
  return undefined;
}

/** Runs every profile in each of `forks` fresh processes, within the time. */
export async function* executePaths(
  profiles: readonly Profile[],
  forks: number,
  turns: { readonly rounds: number | null; readonly blockMs: number; readonly seed: number },
  context: ExecuteContext,
): AsyncGenerator<PathEvent, void, undefined> {
  const cost = profiles.reduce((sum, { ways }) => sum + ways.length, 0);
  const plans = Array.from({ length: forks }, (_, index) => ({ index, cost }));
  yield* executeForks(plans, turns, context, (plan, size) =>
    executeFork(profiles, plan, size, turns.seed, context),
  );
}

async function* executeFork(
  profiles: readonly Profile[],
  plan: ForkToRun,
  size: ForkSize,
  seed: number,
  context: ExecuteContext,
): AsyncGenerator<PathEvent, ForkFacts, undefined> {
  const cases: PathCase[] = [];
  const { facts, warnings } = yield* runFork(context, (ready) =>
    measureCases(profiles, plan, size, seed, ready, cases),
  );
  yield { kind: "fork-ended", fork: { index: plan.index, ...facts, cases }, warnings };
  return facts;
}

/** Measures the profiles in a fork that is ready. */
export async function* measureCases(
  profiles: readonly Profile[],
  fork: ForkToRun,
  size: ForkSize,
  runSeed: number,
  { child, calibration, graceMs }: ReadyFork,
  cases: PathCase[],
): AsyncGenerator<PartStarted, void, undefined> {
  for (const [index, profile] of profiles.entries()) {
    yield { kind: "started", fork: fork.index, what: profile.id };
    const seed = (runSeed * 1000 + fork.index * profiles.length + index) >>> 0;
    const ids = profile.ways.map(({ id }) => id);
    const blocks = planBlocks(ids, size, seed).map(({ strategy, ...block }) => ({
      way: strategy,
      ...block,
    }));
    const plannedMs = blocks.reduce((sum, { ms }) => sum + ms, 0);
    const message = { kind: "path", plan: { profile, seed, blocks } } as const;
    const { measured } = await child.ask(message, "path", graceMs + 4 * plannedMs);
    cases.push(caseOf(measured, profile, calibration));
  }
}

/** Histograms are made here, where the code that makes them is warm after the first fork. */
function caseOf(
  { reports, leftovers, mappings, bites }: MeasuredCase,
  profile: Profile,
  { ticksPerNs }: Calibration,
): PathCase {
  const { arms, violations } = mergePath(profile, reports, ticksPerNs);
  const { id, actors, interlopers } = profile;
  return {
    ...{ profile: id, actors, interlopers, mappings },
    bites: [...bites],
    violations: [...violations, ...leftovers],
    arms,
  };
}
