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
import { retryRuleOf } from "../retry/index.ts";
import { errnosByName } from "../sys/constants.ts";
import type { WayReport } from "./run-path.ts";
import { countNames, type TapeReport } from "./tape.ts";
import type { CarveWay, Way } from "./way.ts";

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
  const merged = profile.ways.map((way) => {
    const ofWay = reports.flatMap((report) => report.get(way.id) ?? []);
    const arm = mergeArm(way.id, ofWay, profile.actors, ticksPerNs);
    const refused = sum(tapesOf(ofWay).map((tape) => tape.refusedCarvings));
    const broken = lawsBroken(way, profile, arm, refused);
    return { arm, violations: broken.map((sentence) => `${way.id}: ${sentence}`) };
  });
  return {
    arms: merged.map(({ arm }) => arm),
    violations: merged.flatMap(({ violations }) => violations),
  };
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
  const all = tapesOf(reports);
  return {
    way,
    wallNs: Math.round(ofActors[0]?.wallNs ?? 0),
    counts: countsOf(measured),
    systemCalls: callsOf(ofActors.map((report) => report.measuredCalls)),
    warmupCalls: callsOf(ofActors.map((report) => report.otherCalls)),
    errnos: errnosByName(measured.map(({ errnos }) => errnos)),
    safety: {
      doubleOwners: sum(all.map((tape) => tape.doubleOwners)),
      clobbers: sum(all.map((tape) => tape.clobbers)),
      leaks: sum(all.map((tape) => tape.failedUnmaps)),
    },
    distributions: distributionsOf(measured, ticksPerNs),
  };
}

function tapesOf(reports: readonly WayReport[]): TapeReport[] {
  return reports.flatMap((report) => [report.measured, report.other]);
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

/** What was counted, how often, and how often it must have been. */
type Law = readonly [what: string, is: number, shouldBe: number];

/** Sentences; empty where everything adds up. */
function lawsBroken(way: Way, profile: Profile, arm: PathArm, refused: number): string[] {
  const { counts, distributions } = arm;
  const timed = timedOf(way, counts);
  const laws: Law[] = [
    [
      "attempts, of the outcomes",
      counts.placed + counts.rejected + counts.misplaced + counts.failed,
      counts.attempts,
    ],
    ...pathClasses.map(
      (name): Law => [
        `${name} calls in their histogram`,
        distributions[name]?.quantiles.count ?? 0,
        timed[name],
      ],
    ),
    ...placeLaws(way, counts),
    ...callLaws(way, profile, arm),
    ["commits and frees that the kernel refused", refused, 0],
  ];
  return laws
    .filter(([, is, shouldBe]) => is !== shouldBe)
    .map(([what, is, shouldBe]) => `${is} ${what}, not ${shouldBe}`);
}

/** Every place that was had is given back, and whoever was not given up has one. */
function placeLaws(way: Way, counts: PathCounts): Law[] {
  const had = counts.placed + counts.kept;
  const successes = counts.reservations - counts.givenUp;
  // A restored place was had twice: the placeholder is replaced, not given back.
  const replaced = way.kind === "restore" && way.placeholder ? successes : 0;
  const hasOneEach =
    way.kind === "arena" ||
    way.kind === "trim" ||
    (way.kind === "searching" && !retryRuleOf(way.retry).keepsPieces);
  return [
    ["releases", counts.releases, had - replaced],
    ...(hasOneEach ? [["reservations with a place", successes, had] as const] : []),
    // What trims unmaps was not misplaced.
    ...(way.kind === "trim"
      ? []
      : [["cleanup unmaps", counts.cleanups, counts.misplaced - counts.kept] as const]),
  ];
}

/** Every system call is one that was counted for what it did. */
function callLaws(way: Way, { carving }: Profile, { counts, systemCalls: calls }: PathArm): Law[] {
  const carved = way.kind === "carve" ? way : carving?.way;
  const commits = (by: CarveWay["commit"]): number => (carved?.commit === by ? counts.commits : 0);
  const frees = (by: CarveWay["free"]): number => (carved?.free === by ? counts.frees : 0);
  const advised = frees("dontneed") + frees("madv-free");
  // A piece of a common arena is given back by mapping over it.
  const blanked = way.kind === "arena" ? counts.releases : 0;
  const mapped = counts.attempts + commits("map-fixed") + frees("map-fixed-none") + blanked;
  const unmapped = counts.cleanups + counts.releases - blanked + frees("munmap");
  const withdrawn = way.kind === "carve" ? advised : 0;
  return [
    ["mmap calls", calls["mmap"] ?? 0, mapped],
    ["munmap calls", calls["munmap"] ?? 0, unmapped],
    ["mprotect calls", calls["mprotect"] ?? 0, commits("mprotect") + withdrawn],
    ["madvise calls", calls["madvise"] ?? 0, advised],
    ["opened maps that were closed", calls["close"] ?? 0, calls["openat"] ?? 0],
  ];
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
