/**
 * Path runs of `advise` made up for tests: every way with the times, calls and fate that a test
 * gives it, a little different in every fork. Only tests import it.
 */

import { sampleRun } from "../report/sample-run.test.data.ts";
import type { AdviceRequest } from "../results/advice-schema.ts";
import { distributionOf } from "../results/histogram.ts";
import { type PathArm, type PathRun, pathRunSchema } from "../results/path-schema.ts";
import type { Parts } from "./candidates.ts";

/** What a test says of a way. */
export interface WayPlan {
  readonly p50Ns: number;
  readonly p99Ns?: number;
  readonly calls?: number;
  readonly givenUpShare?: number;
  /** What is given up is so for ENOMEM, not because others have it. */
  readonly isLimited?: true;
  readonly clobbers?: number;
  readonly sound?: "sound" | "unsound" | "sound-if-all";
  /** Declared, and measured by no fork. */
  readonly isMissing?: true;
  /** Part by which its times differ from fork to fork, in ways that no other way shares. */
  readonly noise?: number;
}

export interface RunPlan {
  readonly ways: Readonly<Record<string, WayPlan>>;
  readonly forks?: number;
  readonly flagVerdict?: PathRun["flagVerdict"];
  readonly bites?: PathRun["forks"][number]["cases"][number]["bites"];
}

export const sampleRequest: AdviceRequest = {
  bytes: 64 * 2 ** 20,
  alignBytes: 2 ** 21,
  low: "0x200000000",
  high: "0xd00000000",
  anywhere: false,
  threads: 8,
  hold: 1,
  minKernel: "6.18",
  prot: "none",
  tries: 1000,
  stepBytes: 64 * 2 ** 20,
};

const reservations = 1000;
const kernelRelease = "6.18.2-sample";

/** A complete run; parsed, so it is what a file holds. */
export function adviceRun(plan: RunPlan): PathRun {
  const { ways, forks = 8, flagVerdict = "supported", bites = [] } = plan;
  const { tool, host, probe } = sampleRun({ forks: 0 });
  const measured = Object.entries(ways).filter(([, { isMissing }]) => !isMissing);
  return pathRunSchema.parse({
    pathSchemaVersion: 1,
    tool,
    command: ["noclobber", "advise", "--size", "64M"],
    startedAt: "2026-01-15T09:30:00Z",
    elapsedMs: 25_000,
    status: "complete",
    ...{ seed: 1, timeSeconds: 30, vmas: 0, flagVerdict, probe },
    ...{ pretendOldKernel: false, plannedForks: 6 },
    host: { ...host, kernelRelease, transparentHugePages: "madvise" },
    profiles: [
      {
        id: "advised",
        summary: "what advise was asked for",
        source: "the options of advise",
        low: sampleRequest.low,
        high: sampleRequest.high,
        bytes: sampleRequest.bytes,
        alignBytes: sampleRequest.alignBytes,
        ways: Object.entries(ways).map(([id, { sound = "sound" }]) => {
          return { id, summary: id, sound, keepsRange: id !== "over-reserve" };
        }),
      },
    ],
    forks: Array.from({ length: forks }, (_, index) => ({
      index,
      status: "complete",
      readyMs: 300,
      elapsedMs: 2000,
      cases: [
        {
          ...{ profile: "advised", actors: 8, interlopers: 1, mappings: 300 },
          ...{ bites, violations: [] },
          arms: measured.map(([way, own], place) => armOf(way, own, index, place)),
        },
      ],
    })),
    warnings: [],
  });
}

function armOf(way: string, plan: WayPlan, fork: number, place: number): PathArm {
  const { p50Ns, p99Ns = 4 * p50Ns, calls = 2, givenUpShare = 0, clobbers = 0, noise = 0 } = plan;
  const givenUp = Math.round(reservations * givenUpShare);
  const placed = reservations - givenUp;
  const failed = plan.isLimited ? givenUp : 0;
  // Forks drift together; beside that each way goes up and down at its own forks.
  const drift = 1 + fork / 50;
  const own = 1 + ((fork + place) % 2 === 0 ? noise : -noise);
  const ticks = Uint32Array.from([p50Ns, p99Ns], (ns) => Math.round(ns * drift * own));
  const counts = Uint32Array.from([reservations * 0.98, reservations * 0.02]);
  const distribution = distributionOf([{ ticks, counts }], 1);
  return {
    way,
    wallNs: 50e6,
    counts: {
      ...{
        reservations,
        givenUp,
        searches: 0,
        attempts: reservations,
        placed,
        rejected: givenUp - failed,
      },
      ...{ misplaced: 0, kept: 0, failed, stale: 0, fresh: 0, cleanups: 0, releases: placed },
      ...{ commits: 0, frees: 0, wastedBytes: 0, reservedBytes: placed * sampleRequest.bytes },
    },
    systemCalls: { mmap: Math.round(reservations * calls) },
    warmupCalls: {},
    errnos: failed > 0 ? { ENOMEM: failed } : {},
    safety: { doubleOwners: 0, clobbers, leaks: 0 },
    distributions: distribution ? { reservation: distribution } : {},
  };
}

/** Every combination that can be recommended. */
export const everyParts: readonly Parts[] = [
  ...["fixed-noreplace", "noreplace-or-hint", "hint-munmap"].flatMap((strategy): Parts[] => [
    ...["maps-text", "procmap-query", "cached-maps"].map(
      (search): Parts => ({ kind: "race", strategy, search, retry: "next-gap" }),
    ),
    ...["next-step", "random", "both-ends"].map(
      (retry): Parts => ({ kind: "race", strategy, search: "none", retry }),
    ),
    { kind: "reserve-once", strategy, search: "none", retry: "next-step" },
  ]),
  { kind: "over-reserve", strategy: "kernel-chosen", search: "none", retry: "none" },
];
