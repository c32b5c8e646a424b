/**
 * What a sweep says: how losing, getting and searching change with one setting. Every renderer
 * takes its figures from here. Pure.
 */

import type { SweepAxis, SweepRun } from "../results/sweep-schema.ts";
import {
  type Doubts,
  hostLine,
  type Identity,
  incompleteFork,
  probeLine,
  settingLine,
  type Violation,
} from "./digest.ts";
import { type Disturbance, digestDisturbance } from "./disturbance.ts";
import type { HeadlineWords } from "./headline.ts";
import { type Label, labelsOf } from "./labels.ts";
import { armNotes, digestNotes } from "./notes.ts";
import { digestPathSafety, type PathSafety, waySafety } from "./path-safety.ts";
import { roleOf } from "./roles.ts";
import { digestSafety, type SafetyDigest } from "./safety.ts";
import { sum } from "./samples.ts";
import { digestGrowth, type Growth } from "./sweep-growth.ts";
import { digestSweepClaims, type SweepClaim } from "./sweep-headline.ts";
import { digestRaces, type RaceTable } from "./sweep-races.ts";
import { isCounted, pointsOf, type SweepPoint } from "./sweep-samples.ts";
import { digestScaling, type Scaling, scalingWarning } from "./sweep-scaling.ts";
import { digestSearches, type SearchSeries } from "./sweep-searches.ts";
import { axisNames, valueText, valueWords } from "./sweep-words.ts";
import { formatShare, toolWords } from "./wording.ts";

export interface SweepDigest extends Doubts, Growth {
  readonly identity: Identity;
  readonly axis: SweepAxis;
  readonly headline: HeadlineWords & { readonly claims: readonly SweepClaim[] };
  readonly races: readonly RaceTable[];
  readonly searches: readonly SearchSeries[];
  /** Where actors are swept. */
  readonly scaling: readonly Scaling[];
  readonly scalingWarning: string | undefined;
  readonly safety: SafetyDigest;
  /** Of the searches; undefined where nothing was searched for. */
  readonly searchSafety: PathSafety | undefined;
  readonly disturbance: Disturbance;
  readonly notes: readonly string[];
}

/** Pure: the same run gives the same digest. */
export function digestSweep(run: SweepRun): SweepDigest {
  const { axis } = run;
  const points = pointsOf(run);
  const races = digestRaces(axis, points);
  const searches = digestSearches(axis, points);
  const safety = digestSafety(run);
  const searchSafety = searchSafetyOf(axis, points);
  const violations = violationsOf(run);
  const table = races.find(({ measure }) => measure.id === "reservations");
  const scaling = axis === "actors" ? digestScaling(table) : [];
  const isBroken = searchSafety?.state === "broken" && safety.state !== "broken";
  return {
    identity: identityOf(run, points),
    axis,
    headline: {
      claims: digestSweepClaims(axis, races, searches),
      labels: [
        ...labelsOf({
          ...{ probe: run.probe, status: run.status, flagVerdict: run.flagVerdict },
          violations: violations.length,
          safety: isBroken ? searchSafety : safety,
          pretendOldKernel: run.options.pretendOldKernel,
          counted: run.forks.filter(isCounted).length,
        }),
        ...missingLabels(run, points),
      ],
    },
    ...{ races, searches, scaling },
    ...digestGrowth(axis, races, searches),
    scalingWarning: scalingWarning(scaling, run.host.allowedCpus.length),
    ...{ safety, searchSafety },
    disturbance: disturbanceOf(run),
    notes: notesOf(run, races),
    warnings: run.warnings,
    incompleteForks: run.forks.flatMap((fork) => incompleteFork(fork, isCounted(fork))),
    violations,
  };
}

function identityOf(run: SweepRun, points: readonly SweepPoint[]): Identity {
  const { tool, command, startedAt, elapsedMs, status, forks, axis, values } = run;
  const textOf = (some: readonly number[]) =>
    some.map((value) => valueText(axis, value)).join(", ");
  const missing = missingOf(values, points);
  const without = missing.length > 0 ? `; no fork measured at ${textOf(missing)}` : "";
  return {
    ...{ tool: toolWords(tool), command: command.join(" "), startedAt, elapsedMs, status },
    host: hostLine(run),
    probe: probeLine(run),
    setting: [
      `${axisNames[axis]} swept over ${textOf(values)}${without}`,
      settingLine({ options: run.options }, axis),
      ...(run.options.pretendOldKernel ? ["MAP_FIXED_NOREPLACE stripped from every call"] : []),
    ].join("; "),
    forks: {
      planned: Math.max(run.plannedForks, forks.length),
      complete: forks.filter((fork) => fork.status === "complete").length,
      counted: forks.filter(isCounted).length,
      negativeControl: 0,
    },
  };
}

function violationsOf({ axis, forks }: SweepRun): Violation[] {
  return forks.flatMap(({ index, value, trials, searches }) => {
    const at = axis === "actors" ? "" : ` at ${valueWords(axis, value)}`;
    const found = [
      ...trials.map(({ spec, violations }) => ({ ...spec, violations })),
      ...searches.map(({ profile, actors, violations }) => {
        return { scenario: profile, actors, violations };
      }),
    ];
    return found.flatMap(({ scenario, actors, violations }) =>
      violations.map((text) => ({ fork: index, scenario: `${scenario}${at}`, actors, text })),
    );
  });
}

function searchSafetyOf(axis: SweepAxis, points: readonly SweepPoint[]): PathSafety | undefined {
  const groups = points.flatMap(({ value, searches }) =>
    searches.map((group) => ({ value, group })),
  );
  if (groups.length === 0) return undefined;
  const rows = groups.map(({ value, group }) => ({
    name: `${group.name} at ${valueWords(axis, value)}`,
    safety: [...group.arms.keys()].map((way) => waySafety(group, way)),
  }));
  return digestPathSafety(rows, sum(points.map(({ forks }) => forks.length)));
}

/** Searches are measured, too. */
function disturbanceOf(run: SweepRun): Disturbance {
  const races = digestDisturbance(run);
  const arms = run.forks.flatMap(({ searches }) => searches.flatMap((each) => each.arms));
  const measuredNs = races.measuredNs + sum(arms.map(({ wallNs }) => wallNs));
  const measuredShare = run.elapsedMs > 0 ? measuredNs / 1e6 / run.elapsedMs : undefined;
  return { ...races, measuredNs, measuredShare };
}

/** A sweep that did not get to all of its values; where it got to none, the claims say it. */
function missingLabels({ axis, values }: SweepRun, points: readonly SweepPoint[]): Label[] {
  const missing = missingOf(values, points);
  if (missing.length === 0 || points.length === 0) return [];
  const texts = missing.map((value) => valueText(axis, value)).join(", ");
  const text = `${points.length} of ${values.length} values measured: nothing at ${texts}`;
  return [{ code: "values", text: `${text} (${axisNames[axis]}): ask for more --time` }];
}

function missingOf(values: readonly number[], points: readonly SweepPoint[]): number[] {
  const measured = new Set(points.map(({ value }) => value));
  return values.filter((value) => !measured.has(value));
}

function notesOf(run: SweepRun, races: readonly RaceTable[]): string[] {
  const searched = run.forks.flatMap(({ searches }) =>
    searches.flatMap(({ profile, arms }) =>
      arms.map((arm) => ({ name: `${arm.way} in ${profile}`, arm })),
    ),
  );
  return [...conflictNotes(races), ...digestNotes(run), ...armNotes(searched)];
}

/** Of attempts that lost, from value to value: reservations then differ by that as well. */
const notedDifference = 0.05;

function conflictNotes(races: readonly RaceTable[]): string[] {
  return races
    .filter(({ measure }) => measure.id === "conflicts")
    .flatMap(({ place, rows, strategies }) => {
      const racing = strategies.filter((strategy) => roleOf(strategy) === "contender");
      const shares = rows.flatMap(({ cells }) =>
        racing.flatMap((strategy) => cells.get(strategy)?.figure.median ?? []),
      );
      const [least, most] = [Math.min(...shares), Math.max(...shares)];
      if (!(most - least > notedDifference)) return [];
      const range = `${formatShare(least)} to ${formatShare(most)}`;
      return [
        `In ${place} the share of attempts that lost is not the same at every value (${range}): ` +
          "reservations per second differ by that, too",
      ];
    });
}
