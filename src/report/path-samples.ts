/**
 * What one way did in one fork, as figures: of its counts, which are exact, and of its histograms.
 * Shares of time are shares of the sums over whole histograms, and so of means: every call is
 * taken to last what the middle of its place in the histogram says.
 */

import { totalNs } from "../results/packed-histogram.ts";
import type { PathArm, PathCase, PathProfile, PathRun } from "../results/path-schema.ts";
import type { Distribution } from "../results/schema.ts";
import type { ComparedArms } from "./samples.ts";

/** Figures of one arm; undefined where it has none. Shares are from 0 to 1. */
export interface ArmFigures {
  readonly reservationP50Ns: number | undefined;
  readonly reservationP99Ns: number | undefined;
  readonly searchP50Ns: number | undefined;
  /** Of a search, its part in system calls. */
  readonly searchKernelP50Ns: number | undefined;
  readonly lostP50Ns: number | undefined;
  readonly commitP50Ns: number | undefined;
  readonly commitP99Ns: number | undefined;
  readonly freeP50Ns: number | undefined;
  readonly freeP99Ns: number | undefined;
  /** Of a reservation's time: all of its searches. */
  readonly searchShare: number | undefined;
  /** Of a reservation's time: lost attempts whole. */
  readonly losingShare: number | undefined;
  /** Of a reservation's time: the mmap that won it, or each where it is of several pieces. */
  readonly winningShare: number | undefined;
  /** Of a reservation's time: the rest, as the retry rule, a lock, trimming. */
  readonly otherShare: number | undefined;
  /** Of a reservation's time: inside system calls, whatever they were for. */
  readonly kernelShare: number | undefined;
  /** Of a search's time: outside system calls. */
  readonly parseShare: number | undefined;
  /** Per reservation, given up ones included, as the four below. */
  readonly attempts: number | undefined;
  readonly searches: number | undefined;
  /** Every system call of the blocks: carving and release as well. */
  readonly calls: number | undefined;
  readonly wastedBytes: number | undefined;
  readonly givenUpShare: number | undefined;
  /** Of the attempts at a place that they had just searched for, those that came too late. */
  readonly staleShare: number | undefined;
  /** That got a place, of all actors together. */
  readonly reservationsPerSecond: number | undefined;
}

export const figureNames = [
  ...["reservationP50Ns", "reservationP99Ns", "lostP50Ns"],
  ...["searchP50Ns", "searchKernelP50Ns"],
  ...["commitP50Ns", "commitP99Ns", "freeP50Ns", "freeP99Ns"],
  ...["searchShare", "losingShare", "winningShare", "otherShare", "kernelShare", "parseShare"],
  ...["attempts", "searches", "calls", "wastedBytes", "givenUpShare", "staleShare"],
  "reservationsPerSecond",
] as readonly (keyof ArmFigures)[];

export function figuresOf(arm: PathArm): ArmFigures {
  const { counts, distributions, systemCalls, wallNs } = arm;
  const placed = counts.reservations - counts.givenUp;
  const calls = Object.values(systemCalls).reduce((sum, count) => sum + count, 0);
  return {
    reservationP50Ns: quantile(distributions.reservation, "p50"),
    reservationP99Ns: quantile(distributions.reservation, "p99"),
    searchP50Ns: quantile(distributions.search, "p50"),
    searchKernelP50Ns: quantile(distributions["search-kernel"], "p50"),
    lostP50Ns: quantile(lostDistributionOf(arm), "p50"),
    commitP50Ns: quantile(distributions.commit, "p50"),
    commitP99Ns: quantile(distributions.commit, "p99"),
    freeP50Ns: quantile(distributions.free, "p50"),
    freeP99Ns: quantile(distributions.free, "p99"),
    ...sharesOf(arm),
    attempts: part(counts.attempts, counts.reservations),
    searches: part(counts.searches, counts.reservations),
    calls: part(calls, counts.reservations),
    wastedBytes: part(counts.wastedBytes, counts.reservations),
    givenUpShare: part(counts.givenUp, counts.reservations),
    staleShare: part(counts.stale, counts.fresh),
    reservationsPerSecond: part(placed * 1e9, wallNs),
  };
}

/** Lost attempts whole; where the file has no such class, the rejected ones, which are the same. */
export function lostDistributionOf({ distributions }: PathArm): Distribution | undefined {
  return distributions.lost ?? distributions.rejected;
}

type Shares = Pick<
  ArmFigures,
  "searchShare" | "losingShare" | "winningShare" | "otherShare" | "kernelShare" | "parseShare"
>;

/** Parts that add up to more than the whole, by more than histograms are off, are none of it. */
const tolerated = 1.01;

function sharesOf(arm: PathArm): Shares {
  const { counts, distributions } = arm;
  const whole = sumNs(distributions.reservation);
  const search = sumNs(distributions.search, counts.searches);
  const lost = counts.rejected + counts.misplaced - counts.kept;
  const losing = sumNs(lostDistributionOf(arm), lost);
  const winning = winningNs(arm);
  const known = search !== undefined && losing !== undefined && winning !== undefined;
  const parts = known ? search + losing + winning : undefined;
  const fits = parts !== undefined && whole !== undefined && parts <= whole * tolerated;
  const kernel = sumNs(distributions["reservation-kernel"]);
  const searchKernel = sumNs(distributions["search-kernel"], counts.searches);
  const searchKernelShare = part(searchKernel, search);
  return {
    searchShare: fits ? part(search, whole) : undefined,
    losingShare: fits ? part(losing, whole) : undefined,
    winningShare: fits ? part(winning, whole) : undefined,
    otherShare: fits ? part(Math.max(0, whole - parts), whole) : undefined,
    kernelShare: part(kernel, whole),
    parseShare: searchKernelShare === undefined ? undefined : Math.max(0, 1 - searchKernelShare),
  };
}

/** A kept misplaced mapping won, too; of those there is only the mean of all misplaced ones. */
function winningNs({ counts, distributions }: PathArm): number | undefined {
  const placed = sumNs(distributions.placed, counts.placed);
  const misplaced = counts.kept === 0 ? 0 : sumNs(distributions.misplaced);
  if (placed === undefined || misplaced === undefined) return undefined;
  return placed + (counts.kept === 0 ? 0 : (misplaced * counts.kept) / counts.misplaced);
}

/**
 * What all `calls` of a class took together, in nanoseconds; 0 of none, undefined where the file
 * does not tell.
 */
function sumNs(distribution: Distribution | undefined, calls = 1): number | undefined {
  const encoded = distribution?.histogram ?? undefined;
  if (calls === 0) return 0;
  return encoded === undefined ? undefined : totalNs(encoded);
}

function quantile(distribution: Distribution | undefined, name: "p50" | "p99") {
  const { quantiles } = distribution ?? {};
  return quantiles && quantiles.count > 0 ? quantiles[name] : undefined;
}

/** Undefined where there is nothing to be a part of. */
function part(of: number | undefined, whole: number | undefined): number | undefined {
  return of !== undefined && whole !== undefined && whole > 0 ? of / whole : undefined;
}

/** One profile under one load, over all forks. */
export interface PathGroup extends ComparedArms<ArmFigures> {
  readonly profile: PathProfile;
  readonly actors: number;
  readonly interlopers: number;
  /** "go-arena"; "go-arena/4" where the run has it with several numbers of actors. */
  readonly name: string;
  readonly cases: readonly { readonly fork: number; readonly found: PathCase }[];
}

/** By profile in the order of the run, then by actors and interlopers. */
export function groupsOf(run: Pick<PathRun, "profiles" | "forks">): PathGroup[] {
  const found = new Map<string, { fork: number; found: PathCase }[]>();
  for (const fork of run.forks) {
    for (const each of fork.cases) {
      const key = JSON.stringify([each.profile, each.actors, each.interlopers]);
      found.set(key, [...(found.get(key) ?? []), { fork: fork.index, found: each }]);
    }
  }
  const firsts = [...found.values()].flatMap(([first]) => (first ? [first.found] : []));
  const rank = ({ profile }: PathCase) => {
    const index = run.profiles.findIndex(({ id }) => id === profile);
    return index === -1 ? run.profiles.length : index;
  };
  const sorted = [...found.values()].sort(([a], [b]) => {
    if (!a || !b) return 0;
    const byRank = rank(a.found) - rank(b.found);
    const byName = a.found.profile.localeCompare(b.found.profile);
    const byActors = a.found.actors - b.found.actors;
    return byRank || byName || byActors || a.found.interlopers - b.found.interlopers;
  });
  return sorted.flatMap((cases) => {
    const [first] = cases;
    if (!first) return [];
    const { profile: id, actors, interlopers } = first.found;
    const profile = run.profiles.find((each) => each.id === id) ?? unknownProfile(id);
    const arms = armsByFork(cases);
    return [{ profile, actors, interlopers, name: nameOf(first.found, firsts), cases, arms }];
  });
}

function nameOf({ profile, actors, interlopers }: PathCase, all: readonly PathCase[]): string {
  const namesakes = all.filter((each) => each.profile === profile);
  if (namesakes.length === 1) return profile;
  const alike = namesakes.filter((each) => each.actors === actors);
  return `${profile}/${actors}${alike.length === 1 ? "" : `+${interlopers}`}`;
}

/** Of a file that another version wrote. */
function unknownProfile(id: string): PathProfile {
  return {
    id,
    summary: "",
    source: "",
    low: "0x0",
    high: "0x0",
    bytes: 0,
    alignBytes: 0,
    ways: [],
  };
}

function armsByFork(cases: PathGroup["cases"]): Map<string, Map<number, ArmFigures>> {
  const arms = new Map<string, Map<number, ArmFigures>>();
  for (const { fork, found } of cases) {
    for (const arm of found.arms) {
      const { reservations, commits, frees } = arm.counts;
      if (reservations + commits + frees === 0) continue;
      const byFork = arms.get(arm.way) ?? new Map<number, ArmFigures>();
      arms.set(arm.way, byFork.set(fork, figuresOf(arm)));
    }
  }
  return arms;
}
