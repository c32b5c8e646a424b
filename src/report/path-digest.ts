/**
 * What a path run says: by profile and way, what a reservation costs today, where its time goes,
 * what each other way would change, and whether it was safe. Every renderer takes its figures from
 * here. Pure.
 */

import type { Bite, PathRun } from "../results/path-schema.ts";
import {
  type Doubts,
  hostLine,
  type Identity,
  incompleteFork,
  probeLine,
  type Violation,
} from "./digest.ts";
import { type Disturbance, highest } from "./disturbance.ts";
import type { HeadlineWords } from "./headline.ts";
import { labelsOf } from "./labels.ts";
import { armNotes } from "./notes.ts";
import { digestPathClaims } from "./path-headline.ts";
import { digestProfile, type ProfileDigest } from "./path-rows.ts";
import { digestPathSafety, type PathSafety } from "./path-safety.ts";
import { groupsOf, type PathGroup } from "./path-samples.ts";
import { overForks, sum } from "./samples.ts";
import { formatShare, plural, toolWords } from "./wording.ts";

/** A place that is free, and that a hint may not get all the same, over forks. */
export interface BiteDigest {
  readonly case: Bite["case"];
  /** Of the profiles, each of which has these counts. */
  readonly names: readonly string[];
  readonly forks: number;
  readonly refused: number;
  /** Of the forks that were refused, those where the flag got the place. */
  readonly placedByFlag: number;
  readonly sentence: string;
}

export interface PathDigest extends Doubts {
  readonly identity: Identity;
  readonly headline: HeadlineWords;
  readonly profiles: readonly ProfileDigest[];
  readonly bites: readonly BiteDigest[];
  readonly safety: PathSafety;
  /** "zgc-heap: 64 GiB instead of 4 TiB". */
  readonly scaled: readonly string[];
  /** "luajit-low2g: no room below 2 GiB". */
  readonly skipped: readonly string[];
  readonly disturbance: Disturbance;
  readonly notes: readonly string[];
}

/** Pure: the same run gives the same digest. */
export function digestPath(run: PathRun): PathDigest {
  const groups = groupsOf(run);
  const profiles = groups.map(digestProfile);
  const counted = run.forks.filter(({ cases }) => cases.length > 0);
  const safety = digestPathSafety(
    profiles.map(({ name, rows }) => ({ name, safety: rows.map((row) => row.safety) })),
    counted.length,
  );
  const violations = groups.flatMap(violationsOf).sort((a, b) => a.fork - b.fork);
  const { probe, status, flagVerdict } = run;
  const labels = labelsOf({
    ...{ probe, status, safety, flagVerdict, counted: counted.length },
    violations: violations.length,
    pretendOldKernel: run.pretendOldKernel,
  });
  return {
    identity: identityOf(run),
    headline: { claims: digestPathClaims(profiles), labels },
    profiles,
    bites: bitesOf(groups),
    safety,
    scaled: run.profiles.flatMap(({ id, scaled }) => (scaled ? [`${id}: ${scaled}`] : [])),
    skipped: run.profiles.flatMap(({ id, skipped }) => (skipped ? [`${id}: ${skipped}`] : [])),
    disturbance: disturbanceOf(run),
    notes: notesOf(groups, profiles),
    warnings: run.warnings,
    incompleteForks: run.forks.flatMap((fork) => incompleteFork(fork, fork.cases.length > 0)),
    violations,
  };
}

function identityOf(run: PathRun): Identity {
  const { tool, command, startedAt, elapsedMs, status, forks } = run;
  return {
    ...{ tool: toolWords(tool), command: command.join(" "), startedAt, elapsedMs, status },
    host: hostLine(run),
    probe: probeLine(run),
    setting: [
      `${plural(run.profiles.length, "profile")} in ${run.timeSeconds} s`,
      ...(run.vmas > 0 ? [plural(run.vmas, "other mapping")] : []),
      `MAP_FIXED_NOREPLACE ${run.pretendOldKernel ? "stripped from every call" : run.flagVerdict}`,
      `seed ${run.seed}`,
    ].join(", "),
    forks: {
      planned: Math.max(run.plannedForks, forks.length),
      complete: forks.filter((fork) => fork.status === "complete").length,
      counted: forks.filter(({ cases }) => cases.length > 0).length,
      negativeControl: 0,
    },
  };
}

function violationsOf({ name, actors, cases }: PathGroup): Violation[] {
  return cases.flatMap(({ fork, found }) =>
    found.violations.map((text) => ({ fork, scenario: name, actors, text })),
  );
}

/** Profiles with the same answer stand together; where nothing bites comes last. */
function bitesOf(groups: readonly PathGroup[]): BiteDigest[] {
  const found = new Map<string, Omit<BiteDigest, "sentence">>();
  for (const { name, cases } of groups) {
    const bites = cases.flatMap(({ found: { bites: own } }) => own);
    for (const kind of new Set(bites.map((bite) => bite.case))) {
      const own = bites.filter((bite) => bite.case === kind);
      const refused = own.filter(({ hint }) => hint === "refused");
      const byFlag = refused.filter(({ noreplace }) => noreplace === "placed");
      const counts = { forks: own.length, refused: refused.length, placedByFlag: byFlag.length };
      const key = JSON.stringify([kind, counts]);
      const names = [...(found.get(key)?.names ?? []), name];
      found.set(key, { case: kind, names, ...counts });
    }
  }
  return [...found.values()]
    .sort((a, b) => b.refused / b.forks - a.refused / a.forks)
    .map((bite) => ({ ...bite, sentence: biteSentence(bite) }));
}

function biteSentence(bite: Omit<BiteDigest, "sentence">): string {
  const { names, refused, placedByFlag } = bite;
  const [where, forks] = [names.join(", "), plural(bite.forks, "fork")];
  if (refused === 0) {
    return `${bite.case} does not bite ${where}: a hint for the free place gets it (${forks})`;
  }
  const flag =
    placedByFlag === refused
      ? "with the flag the place is had"
      : `with the flag the place is had in ${placedByFlag} of these`;
  return (
    `${bite.case} bites ${where}: a hint for a free place is refused in ${refused} of ${forks}, ` +
    `nobody racing; ${flag}`
  );
}

/** What the file does not tell stays unknown. */
function disturbanceOf({ forks, elapsedMs }: PathRun): Disturbance {
  const counted = forks.filter(({ cases }) => cases.length > 0);
  const arms = counted.flatMap(({ cases }) => cases.flatMap((each) => each.arms));
  const measuredNs = sum(arms.map(({ wallNs }) => wallNs));
  return {
    measuredNs,
    measuredShare: elapsedMs > 0 ? measuredNs / 1e6 / elapsedMs : undefined,
    insideShare: overForks([]),
    lowestInsideShare: undefined,
    startSkewNs: overForks([]),
    perSecond: undefined,
    othersCpus: undefined,
    readyMs: overForks(counted.map(({ readyMs }) => readyMs)),
    peakMemoryBytes: highest(forks.map(({ peakMemoryBytes }) => peakMemoryBytes)),
    calibrationErrorPpm: highest(counted.map(({ calibration }) => calibration?.errorPpm)),
  };
}

function notesOf(groups: readonly PathGroup[], profiles: readonly ProfileDigest[]): string[] {
  const arms = groups.flatMap(({ name, cases }) =>
    cases.flatMap(({ found }) => found.arms.map((arm) => ({ name: `${arm.way} in ${name}`, arm }))),
  );
  const rows = profiles.flatMap((profile) =>
    profile.rows.map((row) => ({ ...row, where: `${row.way} in ${profile.name}` })),
  );
  const untold = rows.filter(({ figures }) => figures.searchShare.n < figures.reservationP50Ns.n);
  const untoldWays = untold.map(({ where }) => where).join(", ");
  const givenUp = rows.filter(({ figures }) => (figures.givenUpShare.median ?? 0) >= notedShare);
  return [
    ...armNotes(arms),
    ...givenUp.map(({ where, figures }) => {
      const share = formatShare(figures.givenUpShare.median ?? 0);
      return `${share} of the reservations of ${where} were given up; their times count`;
    }),
    ...(untold.length > 0 ? [`Not every fork tells where the time went of ${untoldWays}`] : []),
  ];
}

/** Of reservations that were given up. */
const notedShare = 0.01;
