/**
 * Path runs made up for tests: two profiles with figures like those of real ones, histograms that
 * hold what the counts say, and every reservation the sum of its parts. Only tests import it.
 */

import { distributionOf } from "../results/histogram.ts";
import {
  type PathArm,
  type PathCase,
  type PathFork,
  type PathProfile,
  type PathRun,
  pathRunSchema,
} from "../results/path-schema.ts";
import { sampleRun } from "./sample-run.test.data.ts";

/** One way: of `reservations`, `lost` lose one attempt and search again. */
interface Plan {
  readonly way: string;
  readonly byFlag: boolean;
  readonly reservations: number;
  readonly lost: number;
  /** Lost attempts that were kept where they landed, and so were none. */
  readonly kept: number;
  readonly searches: boolean;
  /** Of one search, its part in system calls, a lost attempt, a won one, and the caller's own. */
  readonly searchNs: number;
  readonly kernelNs: number;
  readonly lostNs: number;
  readonly placedNs: number;
  readonly otherNs: number;
  readonly carves: number;
  readonly clobbers: number;
}

const plain = {
  ...{ byFlag: true, reservations: 1000, lost: 300, kept: 0, searches: true },
  ...{ searchNs: 20_000, kernelNs: 12_000, lostNs: 6000, placedNs: 2000, otherNs: 1000 },
  ...{ carves: 0, clobbers: 0 },
};

const cudaPlans: readonly Plan[] = [
  { ...plain, way: "hint-munmap", byFlag: false, carves: 4000 },
  { ...plain, way: "fixed-noreplace", lostNs: 600, lost: 200, carves: 4000 },
  { ...plain, way: "check-then-fixed", lost: 0, clobbers: 7 },
];

const luaPlans: readonly Plan[] = [
  { ...plain, way: "hint-munmap", byFlag: false, searches: false, kept: 200, reservations: 500 },
  { ...plain, way: "fixed-noreplace", searches: false, lostNs: 600, reservations: 500 },
];

const kept = { sound: "sound", keepsRange: true } as const;

const profiles: PathProfile[] = [
  {
    id: "cuda-startup",
    summary: "CUDA: 4 GiB for life at an address that CPU and GPU share, found in the maps",
    source: "cuInit() of libcuda (closed): the mail on MAP_FIXED_SAFE, steps (a) to (c)",
    low: "0x200000000",
    high: "0xd00000000",
    bytes: 4_297_064_448,
    alignBytes: 2 ** 21,
    ways: [
      { id: "hint-munmap", summary: "search maps-text, hint-munmap", ...kept },
      { id: "fixed-noreplace", summary: "search maps-text, fixed-noreplace", ...kept },
      { id: "check-then-fixed", summary: "search maps-text, MAP_FIXED", ...kept, sound: "unsound" },
    ],
  },
  {
    id: "luajit-low2g",
    summary: "LuaJIT: 128 KiB below 2 GiB",
    source: "lj_alloc.c: mmap_probe()",
    low: "0x4000",
    high: "0x80000000",
    bytes: 2 ** 17,
    alignBytes: 4096,
    scaled: "128 KiB of every MiB, so that the range lasts",
    ways: [
      { id: "hint-munmap", summary: "no search, hint-munmap", ...kept },
      { id: "fixed-noreplace", summary: "no search, fixed-noreplace", ...kept },
    ],
  },
  {
    id: "wine-startup",
    summary: "Wine: three ranges",
    source: "dlls/ntdll/unix/virtual.c: reserve_area()",
    low: "0x10000",
    high: "0x68000000",
    bytes: 2 ** 26,
    alignBytes: 2 ** 16,
    skipped: "mmap_min_addr is above the range",
    ways: [{ id: "fixed-noreplace", summary: "retry halve, fixed-noreplace", ...kept }],
  },
];

/** A complete run of so many forks; parsed, so it is what a file holds. */
export function samplePath(forks = 6): PathRun {
  const { tool, host, probe } = sampleRun({ forks: 0 });
  return pathRunSchema.parse({
    pathSchemaVersion: 1,
    tool,
    command: ["noclobber", "profiles", "--seed", "7"],
    startedAt: "2026-01-15T09:30:00Z",
    elapsedMs: forks * 4000,
    status: "complete",
    seed: 7,
    timeSeconds: 90,
    pretendOldKernel: false,
    plannedForks: 6,
    vmas: 0,
    flagVerdict: "supported",
    host,
    probe,
    profiles,
    forks: Array.from({ length: forks }, (_, index) => sampleFork(index)),
    warnings: [],
  });
}

/** A sample run after a change to it. */
export function changedPath(change: (run: PathRun) => void, forks = 6): PathRun {
  const run = samplePath(forks);
  change(run);
  return run;
}

export function pathArmsOf(run: PathRun): ({ fork: number; arm: PathArm } & PathCase)[] {
  return run.forks.flatMap((fork) =>
    fork.cases.flatMap((each) => each.arms.map((arm) => ({ fork: fork.index, arm, ...each }))),
  );
}

function sampleFork(index: number): PathFork {
  return {
    index,
    status: "complete",
    readyMs: 200 + index,
    elapsedMs: 3900,
    calibration: { ticksPerNs: 1, errorPpm: 3, overNs: 5e7 },
    peakMemoryBytes: 150 * 2 ** 20,
    cases: [
      {
        ...{ profile: "cuda-startup", actors: 2, interlopers: 1, mappings: 140 + index },
        bites: [
          { case: "pmd-hole", hint: "refused", noreplace: "placed" },
          { case: "growsdown-gap", hint: "placed", noreplace: "placed" },
        ],
        violations: [],
        arms: cudaPlans.map((plan) => sampleArm(plan, index)),
      },
      {
        ...{ profile: "luajit-low2g", actors: 4, interlopers: 0, mappings: 150 },
        bites: [],
        violations: [],
        arms: luaPlans.map((plan) => sampleArm(plan, index)),
      },
    ],
  };
}

/** Every fork is a hundredth slower than the one before. */
export const drift = (fork: number): number => 1 + fork / 100;

function sampleArm(plan: Plan, fork: number): PathArm {
  const { way, byFlag, reservations, lost, kept, carves, clobbers } = plan;
  const tries = reservations + lost - kept;
  const searches = plan.searches ? tries : 0;
  const misplaced = byFlag ? 0 : lost;
  const cleanups = byFlag ? 0 : lost - kept;
  const placed = reservations - kept;
  const counts: PathArm["counts"] = {
    ...{ reservations, givenUp: 0, searches, attempts: tries, placed, misplaced, kept, cleanups },
    ...{ rejected: byFlag ? lost : 0, failed: 0, releases: reservations },
    ...{ fresh: searches, stale: plan.searches ? lost : 0 },
    ...{ commits: carves, frees: carves },
    ...{ wastedBytes: cleanups * 2 ** 30, reservedBytes: reservations * 2 ** 30 },
  };
  const calls = {
    ...{ openat: searches, read: 4 * searches, close: searches },
    ...{ mmap: tries + 2 * carves, munmap: cleanups + reservations },
  };
  return {
    way,
    wallNs: Math.round(50e6 * drift(fork)),
    counts,
    systemCalls: Object.fromEntries(Object.entries(calls).filter(([, count]) => count > 0)),
    warmupCalls: { mmap: 12, munmap: 12 },
    errnos: {},
    safety: { doubleOwners: clobbers > 0 ? 2 : 0, clobbers, leaks: 0 },
    distributions: sampleDistributions(plan, counts, drift(fork)),
  };
}

function sampleDistributions(
  { lostNs, placedNs, otherNs, ...plan }: Plan,
  counts: PathArm["counts"],
  slower: number,
): PathArm["distributions"] {
  const lost = counts.rejected + counts.misplaced - counts.kept;
  const [searchNs, kernelNs] = plan.searches ? [plan.searchNs, plan.kernelNs] : [0, 0];
  const smooth = counts.reservations - lost;
  const won = searchNs + placedNs + otherNs;
  const wonKernel = kernelNs + placedNs;
  const calls: Record<string, readonly (readonly [ns: number, count: number])[]> = {
    search: [[searchNs, counts.searches]],
    "search-kernel": [[kernelNs, counts.searches]],
    placed: [[placedNs, counts.placed]],
    rejected: [[lostNs, counts.rejected]],
    misplaced: [
      [lostNs / 3, counts.misplaced - counts.kept],
      [placedNs, counts.kept],
    ],
    cleanup: [[(2 * lostNs) / 3, counts.cleanups]],
    lost: [[lostNs, lost]],
    reservation: [
      [won, smooth],
      [won + searchNs + lostNs, lost],
    ],
    "reservation-kernel": [
      [wonKernel, smooth],
      [wonKernel + kernelNs + lostNs, lost],
    ],
    release: [[1500, counts.releases]],
    commit: [[900, counts.commits]],
    free: [[1100, counts.frees]],
  };
  const entries = Object.entries(calls).flatMap(([name, pairs]) => {
    const ticks = Uint32Array.from(pairs, ([ns]) => Math.round(ns * slower));
    const distribution = distributionOf(
      [{ ticks, counts: Uint32Array.from(pairs, ([, count]) => count) }],
      1,
    );
    return distribution ? [[name, distribution]] : [];
  });
  return Object.fromEntries(entries) as PathArm["distributions"];
}

/** One run for each thing that can be odd about one. */
export const oddPaths: Readonly<Record<string, () => PathRun>> = {
  plain: () => samplePath(),
  "one fork": () => samplePath(1),
  "five forks": () => samplePath(5),
  "no fork": () => samplePath(0),
  "crashed forks": () =>
    changedPath((run) => {
      for (const fork of run.forks) {
        Object.assign(fork, { status: "crashed", error: "SIGKILL", cases: [] });
      }
    }),
  "a failed fork": () =>
    changedPath((run) => {
      run.status = "interrupted";
      run.forks[5]?.cases.splice(1);
      Object.assign(run.forks[5] ?? {}, { status: "failed", error: "mmap: ENOMEM" });
    }, 7),
  "today's way missing": () =>
    changedPath((run) => {
      for (const { arms } of run.forks.flatMap(({ cases }) => cases)) arms.shift();
    }),
  "no histogram": () =>
    changedPath((run) => {
      for (const { arm } of pathArmsOf(run)) {
        for (const distribution of Object.values(arm.distributions)) distribution.histogram = null;
      }
    }),
  "broken histograms": () =>
    changedPath((run) => {
      for (const { arm } of pathArmsOf(run)) {
        for (const distribution of Object.values(arm.distributions)) distribution.histogram = "x";
      }
    }),
  "nothing lost": () =>
    changedPath((run) => {
      for (const { arm } of pathArmsOf(run)) {
        Object.assign(arm.counts, { rejected: 0, misplaced: 0, kept: 0, stale: 0, fresh: 0 });
        for (const name of ["lost", "rejected", "misplaced"] as const) {
          delete arm.distributions[name];
        }
      }
    }),
  "everything given up": () =>
    changedPath((run) => {
      for (const { arm } of pathArmsOf(run)) {
        Object.assign(arm.counts, { givenUp: arm.counts.reservations, placed: 0 });
        Object.assign(arm.counts, { commits: 0, frees: 0 });
        arm.distributions = {};
      }
    }),
  "nothing measured": () =>
    changedPath((run) => {
      for (const { arm } of pathArmsOf(run)) {
        for (const name of Object.keys(arm.counts)) {
          arm.counts[name as keyof PathArm["counts"]] = 0;
        }
        Object.assign(arm, { distributions: {}, systemCalls: {}, wallNs: 0 });
      }
    }),
  unsafe: () =>
    changedPath((run) => {
      const found = run.forks[1]?.cases[0];
      found?.violations.push(...Array.from({ length: 20 }, () => "attempts 7, outcomes 6"));
      Object.assign(found?.arms[1]?.safety ?? {}, { clobbers: 1, leaks: 2 });
    }),
  "many actors": () =>
    changedPath((run) => {
      for (const fork of run.forks) {
        const more = structuredClone(fork.cases).map((each) => ({ ...each, actors: 1024 }));
        const crowd = structuredClone(more).map((each) => ({ ...each, interlopers: 3 }));
        fork.cases.push(...more, ...crowd);
      }
    }),
  "the libc probe": () =>
    changedPath((run) => {
      Object.assign(run.probe, { kind: "libc", reason: "executable memory is denied" });
    }),
  "a kernel that ignores the flag": () =>
    changedPath((run) => {
      run.flagVerdict = "ignored";
    }),
};

/** The run with this text wherever it may stand. */
export function hostilePath(text: string): PathRun {
  return changedPath((run) => {
    Object.assign(run.host, { hostname: text, kernelRelease: text, cpuModel: text });
    Object.assign(run.host, { onlineCpus: text, virtualisation: text });
    Object.assign(run.tool, { version: text, commit: text });
    Object.assign(run.probe, { kind: "libc", reason: text, clock: text });
    run.command = ["noclobber", "profiles", text, text];
    run.warnings.push({ code: "x", message: text, remedy: text });
    Object.assign(run.forks[0] ?? {}, { status: "failed", error: text });
    for (const profile of run.profiles) {
      if (profile.id === "luajit-low2g") profile.id = text;
      Object.assign(profile, { summary: text, source: text, scaled: text, skipped: text });
      for (const way of profile.ways) {
        if (way.id === "check-then-fixed") way.id = text;
        way.summary = text;
      }
    }
    for (const found of run.forks.flatMap(({ cases }) => cases)) {
      if (found.profile === "luajit-low2g") found.profile = text;
      found.violations.push(text);
      for (const arm of found.arms) {
        if (arm.way === "check-then-fixed") arm.way = text;
        arm.errnos = { [`E${text}`]: 3 };
        arm.systemCalls[text] = 1;
      }
    }
  });
}
