/**
 * A run made up for tests: figures like those of a real one, the same at every call. Only tests
 * import it.
 */

import type { CallClass } from "../model.ts";
import {
  type Arm,
  type Fork,
  type Run,
  runSchema,
  type Trial,
  type TrialSpec,
} from "../results/schema.ts";

export interface SampleChoice {
  readonly forks?: number;
  readonly scenarios?: readonly string[];
  readonly strategies?: readonly string[];
  readonly actors?: readonly number[];
}

/** Nanoseconds at one actor. */
const costs: Readonly<Record<string, { lost: number; placed: number; release: number }>> = {
  "hint-munmap": { lost: 5400, placed: 1390, release: 1500 },
  "fixed-noreplace": { lost: 305, placed: 1320, release: 1500 },
  "kernel-chosen": { lost: 0, placed: 1450, release: 1480 },
  fixed: { lost: 0, placed: 1900, release: 1500 },
};

const blockNs = 20e6;
const blocksPerArm = 4;

/** A complete run of 12 forks unless chosen otherwise; parsed, so it is what a file holds. */
export function sampleRun(choice: SampleChoice = {}): Run {
  const forks = choice.forks ?? 12;
  const scenarios = choice.scenarios ?? ["occupied", "hot", "spread", "solo"];
  const strategies = choice.strategies ?? ["hint-munmap", "fixed-noreplace", "kernel-chosen"];
  const actors = choice.actors ?? [1, 2, 4];
  const racing = strategies.filter((id) => id !== "fixed");
  const planned = Array.from({ length: forks }, (_, index) =>
    sampleFork(index, racing, scenarios, actors),
  );
  if (strategies.includes("fixed")) {
    planned.push(
      ...planned.map(({ index }) => sampleFork(forks + index, ["fixed"], scenarios, actors)),
    );
  }
  return runSchema.parse({
    schemaVersion: 2,
    tool: { name: "noclobber", version: "0.1.0", commit: "e6217015c87b" },
    command: ["noclobber", "bench", "--seed", "42"],
    startedAt: "2026-01-15T09:30:00Z",
    elapsedMs: planned.length * 4800,
    status: "complete",
    options: { ...sampleOptions, scenarios, strategies, actors, forks },
    flagVerdict: "supported",
    host: sampleHost,
    probe: sampleProbe,
    forks: planned,
    warnings: [],
  });
}

/** A sample run after a change to it. */
export function changedRun(change: (run: Run) => void, choice: SampleChoice = {}): Run {
  const run = sampleRun(choice);
  change(run);
  return run;
}

/** Every arm of the run with where it ran. */
export function armsOf(run: Run): ({ fork: number; arm: Arm } & TrialSpec)[] {
  return run.forks.flatMap((fork) =>
    fork.trials.flatMap(({ spec, arms }) =>
      arms.map((arm) => ({ fork: fork.index, arm, ...spec })),
    ),
  );
}

/** Between -1 and 1, and always the same. */
function wobble(...seeds: readonly number[]): number {
  return Math.sin(seeds.reduce((mixed, seed) => mixed * 7.31 + seed + 1, 0.5));
}

function sampleFork(
  index: number,
  strategies: readonly string[],
  scenarios: readonly string[],
  actorNumbers: readonly number[],
): Fork {
  const trials = scenarios.flatMap((scenario) =>
    (scenario === "solo" ? [1] : actorNumbers).map((actors) =>
      sampleTrial(index, scenario, actors, strategies),
    ),
  );
  return {
    index,
    strategies: [...strategies],
    status: "complete",
    readyMs: 180 + 20 * wobble(index),
    elapsedMs: 4700,
    peakMemoryBytes: 150 * 2 ** 20 + index,
    calibration: { ticksPerNs: 2.1, errorPpm: 3 + wobble(index), overNs: 5e7 },
    trials,
  };
}

function sampleTrial(
  fork: number,
  scenario: string,
  actors: number,
  strategies: readonly string[],
): Trial {
  const windows = scenario === "hot" ? 1 : scenario === "solo" ? 4 : 64;
  const hold = scenario === "spread" ? Math.round(32 / actors) : 0;
  return {
    spec: { scenario, actors, windows, windowBytes: 2 ** 20, hold },
    arena: { start: "0x100000000000", end: "0x100008000000" },
    mappings: 140,
    refusedWindows: 0,
    violations: [],
    arms: strategies.map((strategy, place) => sampleArm(fork, scenario, actors, strategy, place)),
  };
}

function shareOfConflicts(scenario: string, actors: number, strategy: string): number {
  if (strategy === "kernel-chosen" || strategy === "fixed" || scenario === "solo") return 0;
  if (scenario === "occupied") return 1;
  if (scenario === "spread") return 0.33;
  return actors === 1 ? 0 : strategy === "hint-munmap" ? 1 - 1.1 / actors : 1 - 0.6 / actors;
}

function sampleArm(
  fork: number,
  scenario: string,
  actors: number,
  strategy: string,
  place: number,
): Arm {
  const cost = costs[strategy] ?? { lost: 1000, placed: 1000, release: 1000 };
  // A drift that all arms of a fork share, and a little of each arm's own.
  const drift = 1 + 0.3 * wobble(fork) + 0.02 * wobble(fork, actors, place);
  const crowding = drift * (1 + 0.6 * Math.log2(actors));
  const conflicts = shareOfConflicts(scenario, actors, strategy);
  const each = conflicts * cost.lost + (1 - conflicts) * (cost.placed + cost.release);
  const attempts = Math.round(((blockNs * blocksPerArm) / (each * crowding)) * Math.min(actors, 2));
  const lost = Math.round(attempts * conflicts);
  const placed = attempts - lost;
  const misplaced = strategy === "hint-munmap" ? lost : 0;
  const clobbered = strategy === "fixed" && (actors > 1 || scenario === "occupied");
  const classes: [CallClass, number, number][] = [
    ["placed", placed, cost.placed],
    ["rejected", lost - misplaced, cost.lost],
    ["misplaced", misplaced, cost.lost * 0.6],
    ["cleanup", misplaced, cost.lost * 0.4],
    ["lost", misplaced, cost.lost],
    ["release", placed, cost.release],
  ];
  return {
    strategy,
    warmupCalls: 2000,
    cutBlocks: 0,
    voidedBlocks: 0,
    counts: {
      attempts,
      placed,
      rejected: lost - misplaced,
      misplaced,
      refused: 0,
      failed: 0,
      cleanups: misplaced,
      releases: placed,
    },
    errnos: {},
    placedByActor: spreadOut(placed, actors),
    minorFaults: 12,
    majorFaults: 0,
    safety: {
      doubleOwners: clobbered ? Math.round(placed / 3) : 0,
      clobbers: clobbered ? Math.round(placed / 4) : 0,
      canaries: 0,
      leaks: 0,
      strays: 0,
    },
    distributions: Object.fromEntries(
      classes
        .filter(([, count]) => count > 0)
        .map(([name, count, ns]) => [
          name,
          sampleDistribution(count, ns * crowding, actors, strategy),
        ]),
    ),
    blocks: {
      ...sampleBlocks(fork, actors, attempts, placed, place),
      latencies: {
        lost: sampleLatencies(lost > 0 ? cost.lost * crowding : null),
        placed: sampleLatencies(placed > 0 ? cost.placed * crowding : null),
        release: sampleLatencies(placed > 0 ? cost.release * crowding : null),
      },
    },
  };
}

function sampleDistribution(count: number, p50: number, actors: number, strategy: string) {
  const tail = actors > 2 && strategy === "hint-munmap" ? 4.06e6 : p50 * 18;
  return {
    quantiles: {
      count,
      p50: Math.round(p50),
      p90: Math.round(p50 * 1.3),
      p99: Math.round(p50 * 2.1),
      p999: Math.round(tail),
      max: Math.round(tail * 2.5),
    },
    overflow: 0,
    histogram: "",
  };
}

function sampleBlocks(
  fork: number,
  actors: number,
  attempts: number,
  placed: number,
  place: number,
): Omit<Arm["blocks"], "latencies"> {
  const each = (value: (block: number) => number) =>
    Array.from({ length: blocksPerArm }, (_, i) => value(i));
  return {
    order: each((block) => block * 3 + place),
    wallNs: each(() => blockNs),
    insideShare: each((block) => 0.993 + 0.004 * wobble(fork, block)),
    attempts: spreadOut(attempts, blocksPerArm),
    placed: spreadOut(placed, blocksPerArm),
    startSkewNs: each((block) => (actors === 1 ? 0 : 1200 + 300 * wobble(fork, block))),
    voluntarySwitches: each(() => 0),
    involuntarySwitches: each(() => actors),
    tlbShootdowns: each((block) => (block === 0 ? 2 : 0)),
    othersCpuMs: each((block) => (block === 1 ? 10 : 0)),
  };
}

function sampleLatencies(p50: number | null) {
  const each = (ns: number | null) => Array<number | null>(blocksPerArm).fill(ns);
  return { p50: each(p50), p90: each(p50 && p50 * 1.3) };
}

/** A whole number in whole parts that differ by at most 1. */
function spreadOut(total: number, parts: number): number[] {
  return Array.from(
    { length: parts },
    (_, index) => Math.floor((total * (index + 1)) / parts) - Math.floor((total * index) / parts),
  );
}

const sampleOptions: Omit<Run["options"], "scenarios" | "strategies" | "actors" | "forks"> = {
  windows: null,
  windowBytes: 2 ** 20,
  hold: null,
  prot: "none",
  touch: false,
  arena: null,
  anchored: true,
  pinned: true,
  vmas: 0,
  interlopers: { map: 0, fault: 0 },
  seed: 42,
  timeSeconds: 60,
  rounds: null,
  blockMs: 24,
  probe: "auto",
  pretendOldKernel: false,
};

const sampleHost: Run["host"] = {
  hostname: "bench1",
  kernelRelease: "6.18.2",
  kernelVersion: "#1 SMP PREEMPT_DYNAMIC",
  architecture: "x86_64",
  cpuModel: "AMD EPYC 7B13",
  onlineCpus: "0-1",
  allowedCpus: [0, 1],
  memoryBytes: 8 * 2 ** 30,
  pageBytes: 4096,
  transparentHugePages: "madvise",
  aslr: "2",
  governor: "performance",
  virtualisation: "kvm",
  clocksource: "tsc",
  cgroupCpuMax: "max",
  cgroupMemoryMax: "max",
  mmapMinAddr: "65536",
  maxMapCount: "65530",
  overcommit: "0",
  nodeVersion: "20.20.2",
  loadAverage: 0.1,
};

const sampleProbe: Run["probe"] = {
  kind: "native",
  reason: "asked for auto",
  clock: "time-stamp counter (rdtscp)",
  floor: {
    emptyRegionNs: { count: 1000, p50: 21, p90: 22, p99: 30, p999: 60, max: 900 },
    cheapestCallNs: { count: 1000, p50: 84, p90: 86, p99: 110, p999: 400, max: 5200 },
    ffiCallNs: 118,
  },
};
