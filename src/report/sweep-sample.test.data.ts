/**
 * Sweeps made up for tests, whose figures are known beforehand: reservations follow the law below
 * exactly, losing grows by a known factor, and the text search takes a microsecond a mapping. Only
 * tests import it.
 */

import { distributionOf } from "../results/histogram.ts";
import type { PathArm, PathCase, PathProfile } from "../results/path-schema.ts";
import type { Arm, Trial } from "../results/schema.ts";
import {
  type SweepAxis,
  type SweepFork,
  type SweepRun,
  sweepRunSchema,
} from "../results/sweep-schema.ts";
import { predict, type ScalingLaw } from "../stats/scalability.ts";
import { sampleRun } from "./sample-run.test.data.ts";

/** What each fork's times are multiplied with; the median of the first six is 1. */
const drifts = [0.97, 1.02, 0.99, 1.03, 0.98, 1.01, 1];
const driftOf = (repeat: number): number => drifts[repeat % drifts.length] as number;

export const sampleLaws: Readonly<Record<string, ScalingLaw>> = {
  "hint-munmap": { lambda: 140_000, sigma: 0.6, kappa: 0.01 },
  "fixed-noreplace": { lambda: 200_000, sigma: 0.3, kappa: 0.002 },
  "kernel-chosen": { lambda: 210_000, sigma: 0.8, kappa: 0 },
};

const lostNs: Readonly<Record<string, number>> = { "hint-munmap": 5000, "fixed-noreplace": 400 };

/** What losing costs more, a doubling of actors. */
export const lostGrowth: Readonly<Record<string, number>> = {
  "hint-munmap": 1.5,
  "fixed-noreplace": 1.1,
};

const defaults: Readonly<Record<SweepAxis, readonly number[]>> = {
  actors: [1, 2, 4, 8, 16],
  vmas: [0, 100, 1000, 10_000],
  windows: [4, 16, 64],
  size: [2 ** 12, 2 ** 20, 2 ** 32],
};

export interface SweepChoice {
  readonly values?: readonly number[];
  /** Of each value. */
  readonly forks?: number;
}

/** A complete sweep of six forks a value unless chosen otherwise; parsed, so it is a file's. */
export function sampleSweep(axis: SweepAxis, choice: SweepChoice = {}): SweepRun {
  const { values = defaults[axis], forks = 6 } = choice;
  const { options, tool, host, probe } = sampleRun({ forks: 0 });
  const planned = Array.from({ length: forks }).flatMap((_, repeat) =>
    values.map((value, place) => sampleFork(axis, value, repeat, repeat * values.length + place)),
  );
  return sweepRunSchema.parse({
    sweepSchemaVersion: 1,
    ...{ tool, axis, values, options, host, probe },
    command: ["noclobber", "bench", "--sweep", axis],
    startedAt: "2026-01-15T09:30:00Z",
    elapsedMs: planned.length * 2000,
    status: "complete",
    flagVerdict: "supported",
    profiles: [...new Set(planned.flatMap(({ searches }) => searches.map((s) => s.actors)))].map(
      profileOf,
    ),
    plannedForks: planned.length,
    forks: planned,
    warnings: [],
  });
}

/** A sample sweep after a change to it. */
export function changedSweep(
  change: (run: SweepRun) => void,
  axis: SweepAxis = "actors",
  choice: SweepChoice = {},
): SweepRun {
  const run = sampleSweep(axis, choice);
  change(run);
  return run;
}

/** Every arm of a race with where it ran. */
export function raceArmsOf(run: SweepRun): { fork: SweepFork; trial: Trial; arm: Arm }[] {
  return run.forks.flatMap((fork) =>
    fork.trials.flatMap((trial) => trial.arms.map((arm) => ({ fork, trial, arm }))),
  );
}

export function searchArmsOf(run: SweepRun): { fork: SweepFork; found: PathCase; arm: PathArm }[] {
  return run.forks.flatMap((fork) =>
    fork.searches.flatMap((found) => found.arms.map((arm) => ({ fork, found, arm }))),
  );
}

function sampleFork(axis: SweepAxis, value: number, repeat: number, index: number): SweepFork {
  const actors = axis === "actors" ? value : 2;
  const [made] = sampleRun({ forks: 1, scenarios: ["occupied", "spread"], actors: [actors] }).forks;
  if (!made) throw new Error("No fork in the sample run");
  const mappings = 300 + (axis === "vmas" ? value : 0);
  const isSearched = axis === "actors" || axis === "vmas";
  const trials = made.trials.map((trial) => ({
    ...trial,
    mappings,
    spec: {
      ...trial.spec,
      ...(axis === "windows" ? { windows: value } : {}),
      ...(axis === "size" ? { windowBytes: value } : {}),
    },
    arms: trial.arms.map((arm) => knownArm(arm, actors, driftOf(repeat))),
  }));
  const loads = isSearched ? [...new Set([1, actors])] : [];
  return {
    ...{ ...made, index, value, trials, elapsedMs: 1900 },
    searches: loads.map((load) => searchCase(load, mappings, driftOf(repeat))),
  };
}

/** The arm with the rate of its law, and the known cost of losing. */
function knownArm(arm: Arm, actors: number, drift: number): Arm {
  const { distributions, blocks, counts } = arm;
  const growth = (lostGrowth[arm.strategy] ?? 1) ** Math.log2(actors);
  const lost = distributions.lost ?? distributions.rejected;
  if (lost) lost.quantiles.p50 = (lostNs[arm.strategy] ?? 0) * growth * drift;
  const law = sampleLaws[arm.strategy];
  if (!law || counts.placed === 0) return arm;
  const wallNs = (counts.placed / (predict(law, actors) / drift)) * 1e9;
  return {
    ...arm,
    blocks: { ...blocks, wallNs: blocks.wallNs.map((_, __, { length }) => wallNs / length) },
  };
}

/** What the first search of a way costs with so many mappings, and its part in system calls. */
const searchNs: Readonly<
  Record<string, (mappings: number) => readonly [ns: number, kernel: number]>
> = {
  "maps-text": (mappings) => [mappings * 1000, mappings * 750],
  "procmap-query": () => [4000, 2000],
};

function profileOf(actors: number): PathProfile {
  return {
    id: `search-${actors}`,
    summary: `search for 64 MiB in the maps, ${actors === 1 ? "alone" : `by ${actors} actors`}`,
    source: "cuInit() of libcuda (closed)",
    low: "0x200000000",
    high: "0xd00000000",
    bytes: 2 ** 26,
    alignBytes: 2 ** 21,
    ways: [
      {
        id: "maps-text",
        summary: "search maps-text, fixed-noreplace, retry next-gap",
        sound: "sound",
        keepsRange: true,
      },
      {
        id: "procmap-query",
        summary: "search procmap-query, fixed-noreplace, retry next-gap",
        sound: "sound",
        keepsRange: true,
      },
    ],
  };
}

function searchCase(actors: number, mappings: number, drift: number): PathCase {
  return {
    ...{ profile: `search-${actors}`, actors, interlopers: 0, mappings },
    ...{ bites: [], violations: [] },
    arms: Object.keys(searchNs).map((way) => searchArmOnce(way, actors, mappings, drift)),
  };
}

const reservations = 200;
const placedNs = 2000;

/** One in so many finds its place taken where others are about, and searches again. */
const staleEvery = 5;

const made = new Map<string, PathArm>();

/** Histograms take their time; whoever parses the sweep has a copy. */
function searchArmOnce(...choice: Parameters<typeof searchArm>): PathArm {
  const key = JSON.stringify(choice);
  const arm = made.get(key) ?? searchArm(...choice);
  made.set(key, arm);
  return arm;
}

function searchArm(way: string, actors: number, mappings: number, drift: number): PathArm {
  const lost = actors === 1 ? 0 : reservations / staleEvery;
  const tries = reservations + lost;
  const [ns, kernelNs] = searchNs[way]?.(mappings) ?? [0, 0];
  const calls: Record<string, readonly (readonly [ns: number, count: number])[]> = {
    search: [[ns, tries]],
    "search-kernel": [[kernelNs, tries]],
    placed: [[placedNs, reservations]],
    rejected: [[600, lost]],
    lost: [[600, lost]],
    reservation: [
      [ns + placedNs, reservations - lost],
      [2 * ns + placedNs + 600, lost],
    ],
    "reservation-kernel": [
      [kernelNs + placedNs, reservations - lost],
      [2 * kernelNs + placedNs + 600, lost],
    ],
    release: [[1500, reservations]],
  };
  const distributions = Object.entries(calls).flatMap(([name, pairs]) => {
    const made = distributionOf(
      [
        {
          ticks: Uint32Array.from(pairs, ([each]) => Math.round(each * drift)),
          counts: Uint32Array.from(pairs, ([, count]) => count),
        },
      ],
      1,
    );
    return made && made.quantiles.count > 0 ? [[name, made]] : [];
  });
  return {
    way,
    wallNs: Math.round(reservations * ns * drift),
    counts: {
      ...{ reservations, givenUp: 0, searches: tries, attempts: tries, placed: reservations },
      ...{ rejected: lost, misplaced: 0, kept: 0, failed: 0, stale: lost, fresh: tries },
      ...{ cleanups: 0, releases: reservations, commits: 0, frees: 0 },
      ...{ wastedBytes: 0, reservedBytes: reservations * 2 ** 26 },
    },
    systemCalls: { mmap: tries, munmap: reservations },
    warmupCalls: { mmap: 4, munmap: 4 },
    errnos: {},
    safety: { doubleOwners: 0, clobbers: 0, leaks: 0 },
    distributions: Object.fromEntries(distributions) as PathArm["distributions"],
  };
}
