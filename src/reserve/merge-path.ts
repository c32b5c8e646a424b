/**
 * Merges what the actors of a case report into the arms of the result file, and checks the laws
 * that every figure rests on. Pure.
 */

import { type PathClass, pathClasses } from "../model.ts";
import { systemCalls } from "../probe/timed-calls.ts";
import type { Profile } from "../profiles/profile.ts";
import { distributionOf } from "../results/histogram.ts";
import type { PathArm, PathCounts } from "../results/path-schema.ts";
import type { Distribution } from "../results/schema.ts";
import { errnoName } from "../sys/constants.ts";
import type { WayReport } from "./run-path.ts";
import { countNames, type TapeReport } from "./tape.ts";
import type { Way } from "./way.ts";

export interface MergedCase {
  readonly arms: PathArm[];
  readonly violations: string[];
}

/** `reports` of the actors, then of the interlopers; each by way. */
export function mergePath(
  profile: Profile,
  reports: readonly ReadonlyMap<string, WayReport>[],
  ticksPerNs: number,
): MergedCase {
  const arms = profile.ways.map((way) => {
    const ofWay = reports.flatMap((report) => report.get(way.id) ?? []);
    return mergeArm(way.id, ofWay, profile.actors, ticksPerNs);
  });
  const violations = profile.ways.flatMap((way, index) => {
    const arm = arms[index] as PathArm;
    return lawsBroken(way, profile, arm).map((sentence) => `${way.id}: ${sentence}`);
  });
  return { arms, violations };
}

function mergeArm(
  way: string,
  reports: readonly WayReport[],
  actors: number,
  ticksPerNs: number,
): PathArm {
  const ofActors = reports.slice(0, actors);
  const measured = ofActors.map((report) => report.measured);
  // A safety violation is never dropped, whenever and by whom it was seen.
  const all = reports.flatMap((report) => [report.measured, report.other]);
  return {
    way,
    wallNs: Math.round(ofActors[0]?.wallNs ?? 0),
    counts: countsOf(measured),
    systemCalls: callsOf(ofActors.map((report) => report.measuredCalls)),
    warmupCalls: callsOf(ofActors.map((report) => report.otherCalls)),
    errnos: errnosOf(measured),
    safety: {
      doubleOwners: sum(all.map((tape) => tape.doubleOwners)),
      clobbers: sum(all.map((tape) => tape.clobbers)),
      leaks: sum(all.map(leaksOf)),
    },
    distributions: distributionsOf(measured, ticksPerNs),
  };
}

/** What was had and not given back, and what the kernel did not take back. */
function leaksOf({ counts, failedCalls }: TapeReport): number {
  const mislaid = counts.misplaced - counts.kept - counts.cleanups;
  return Math.max(0, mislaid) + failedCalls;
}

function countsOf(tapes: readonly TapeReport[]): PathCounts {
  const entries = countNames.map((name) => [name, sum(tapes.map(({ counts }) => counts[name]))]);
  return Object.fromEntries(entries) as PathCounts;
}

function callsOf(made: readonly Uint32Array[]): Record<string, number> {
  const entries = systemCalls.map(
    (name, index) => [name, sum(made.map((counts) => counts[index] as number))] as const,
  );
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}

function errnosOf(tapes: readonly TapeReport[]): Record<string, number> {
  const errnos: Record<string, number> = {};
  for (const { errnos: seen } of tapes) {
    for (const [errno, count] of seen) {
      errnos[errnoName(errno)] = (errnos[errnoName(errno)] ?? 0) + count;
    }
  }
  return errnos;
}

function distributionsOf(
  tapes: readonly TapeReport[],
  ticksPerNs: number,
): PathArm["distributions"] {
  const entries = pathClasses.flatMap((name, index): [PathClass, Distribution][] => {
    const parts = tapes.flatMap(({ latencies }) => latencies[index] ?? []);
    const distribution = distributionOf(parts, ticksPerNs);
    return distribution ? [[name, distribution]] : [];
  });
  return Object.fromEntries(entries) as PathArm["distributions"];
}

/** Sentences; empty where everything adds up. */
function lawsBroken(way: Way, { carving }: Profile, arm: PathArm): string[] {
  const { counts, systemCalls: calls, distributions } = arm;
  const laws: [what: string, is: number, shouldBe: number][] = [
    [
      "attempts, of the outcomes",
      counts.placed + counts.rejected + counts.misplaced + counts.failed,
      counts.attempts,
    ],
    ...pathClasses.map((name): [string, number, number] => [
      `${name} calls in their histogram`,
      distributions[name]?.quantiles.count ?? 0,
      timedOf(way, counts)[name],
    ]),
  ];
  if (way.kind === "searching") {
    const remapped = carving
      ? (carving.way.commit === "map-fixed" ? counts.commits : 0) +
        (carving.way.free === "map-fixed-none" ? counts.frees : 0)
      : 0;
    const unmapped = carving?.way.free === "munmap" ? counts.frees : 0;
    laws.push(
      ["cleanup unmaps", counts.cleanups, counts.misplaced - counts.kept],
      ["mmap calls", calls["mmap"] ?? 0, counts.attempts + remapped],
      ["munmap calls", calls["munmap"] ?? 0, counts.cleanups + counts.releases + unmapped],
      ["releases", counts.releases, counts.placed + counts.kept],
      ["opened maps that were closed", calls["close"] ?? 0, calls["openat"] ?? 0],
    );
  }
  return laws
    .filter(([, is, shouldBe]) => is !== shouldBe)
    .map(([what, is, shouldBe]) => `${is} ${what}, not ${shouldBe}`);
}

/** How often each class must have been timed. */
function timedOf(way: Way, counts: PathCounts): Readonly<Record<PathClass, number>> {
  const whole = way.kind === "carve" ? 0 : counts.reservations;
  // Who finds the arena full makes no call at all.
  const reservations = way.kind === "arena" ? counts.attempts : whole;
  return {
    search: counts.searches,
    "search-kernel": counts.searches,
    placed: counts.placed,
    rejected: counts.rejected,
    misplaced: counts.misplaced,
    failed: counts.failed,
    cleanup: counts.cleanups,
    lost: counts.rejected + counts.misplaced - counts.kept,
    reservation: reservations,
    "reservation-kernel": reservations,
    release: counts.releases,
    commit: counts.commits,
    free: counts.frees,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
