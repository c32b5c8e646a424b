/**
 * How reservations per second grow with the number of actors: the Universal Scalability Law fitted
 * to the medians of each strategy, and what it would say of more actors than were measured. How
 * sure that is, rounds of forks tell: a fork of every value each, and a law fitted to each.
 */

import {
  fitScalability,
  predict,
  type ScalingFit,
  type ScalingPoint,
} from "../stats/scalability.ts";
import { type Role, roleOf } from "./roles.ts";
import { type Figure, isPlausible, overForks } from "./samples.ts";
import type { RaceRow, RaceTable } from "./sweep-races.ts";
import { formatRatio, formatShare, plural } from "./wording.ts";

export interface Scaling {
  readonly strategy: string;
  readonly role: Role;
  /** Medians over forks, ascending. */
  readonly points: readonly ScalingPoint[];
  readonly fit: ScalingFit;
  /** Beyond what was measured, over rounds; none where rounds are few, or do not agree. */
  readonly extrapolated: readonly { readonly actors: number; readonly figure: Figure }[];
  /** Why there is no curve, or none beyond the points, and what to do; "" where there is. */
  readonly lacking: string;
}

/** What is asked of the law where so many actors were not measured. */
export const extrapolatedActors = [64, 256] as const;

/** A curve that misses its points by more, root mean square, describes nothing else either. */
const worstMiss = 0.15;

/** Ends of an interval that lie farther apart tell nothing that anybody could use. */
const widestFactor = 2;

/** One a strategy that placed windows, in listing order. */
export function digestScaling(table: RaceTable | undefined): Scaling[] {
  return (table?.strategies ?? []).flatMap((strategy) => {
    const points = (table?.rows ?? []).flatMap(({ value, cells }): ScalingPoint[] => {
      const throughput = cells.get(strategy)?.figure.median ?? 0;
      return value >= 1 && throughput > 0 ? [{ actors: value, throughput }] : [];
    });
    if (points.length === 0) return [];
    const fit = fitScalability(points);
    const most = Math.max(...points.map(({ actors }) => actors));
    const rounds = roundsOf(table?.rows ?? [], strategy).map(fitScalability);
    const describes = fit.state === "fitted" && fit.rmsRelative <= worstMiss;
    const beyond = extrapolatedActors
      .filter((actors) => describes && actors > most)
      .map((actors) => ({ actors, figure: overRounds(rounds, actors) }));
    return [
      {
        ...{ strategy, role: roleOf(strategy), points, fit },
        extrapolated: beyond.filter(({ figure }) => isSure(figure)),
        lacking: lackingOf(fit, points) || unsureOf(beyond, rounds.length),
      },
    ];
  });
}

/** The k-th fork of every value is the k-th round; what a value has more is in none. */
function roundsOf(rows: readonly RaceRow[], strategy: string): ScalingPoint[][] {
  const columns = rows.flatMap(({ value, cells }) => {
    const byFork = (cells.get(strategy)?.byFork ?? []).filter(isPlausible);
    return value >= 1 && byFork.length > 0 ? [{ value, byFork }] : [];
  });
  const rounds = Math.min(...columns.map(({ byFork }) => byFork.length));
  return Array.from({ length: rounds }, (_, round) =>
    columns.map(({ value, byFork }) => ({ actors: value, throughput: byFork[round] as number })),
  );
}

/** What the laws of the rounds say of so many actors; a round without a law says nothing. */
function overRounds(rounds: readonly ScalingFit[], actors: number): Figure {
  return overForks(
    rounds.map((fit) => (fit.state === "fitted" ? predict(fit, actors) : undefined)),
  );
}

function isSure(figure: Figure): boolean {
  return figure.state === "interval" && figure.hi <= figure.lo * widestFactor;
}

/** Why some of the guesses are not shown; "" where all are. */
function unsureOf(beyond: Scaling["extrapolated"], rounds: number): string {
  const unsure = beyond.filter(({ figure }) => !isSure(figure));
  const [first] = unsure;
  if (!first) return "";
  const { figure } = first;
  const actors = unsure.map((each) => each.actors).join(" and ");
  if (figure.state === "too-few") {
    const made = `${plural(rounds, "round")} of forks`;
    const bent = figure.n < rounds ? `, ${figure.n} of them with a curve` : "";
    return `no extrapolation from ${made}${bent}, ${figure.needed} needed: ask for more --time`;
  }
  const apart = unsure.map((each) =>
    each.figure.state === "interval" ? formatRatio(each.figure.hi / each.figure.lo) : "-",
  );
  return (
    `no extrapolation to ${actors} actors, as the laws of single rounds of forks disagree: ends ` +
    `of the 95 % interval lie ${apart.join(" and ")} times apart`
  );
}

function lackingOf(fit: ScalingFit, points: readonly ScalingPoint[]): string {
  switch (fit.state) {
    case "too-few":
      return (
        `no curve from ${plural(points.length, "number")} of actors, ${fit.needed} needed: ` +
        "sweep over more values"
      );
    case "unbounded":
      return (
        "no curve, as reservations fall so steeply that those of one actor cannot be told from " +
        "here: sweep over fewer actors, 1 among them"
      );
    case "fitted":
      return fit.rmsRelative > worstMiss
        ? `no extrapolation, as the curve misses its points by ${formatShare(fit.rmsRelative)} ` +
            "(root mean square): the law does not describe them, or the machine was too noisy"
        : "";
    default:
      return fit satisfies never;
  }
}

/** Why there is no curve, or none beyond the points: a sentence each, strategies alike together. */
export function lackingSentences(scalings: readonly Scaling[]): string[] {
  const reasons = new Set(scalings.flatMap(({ lacking }) => (lacking === "" ? [] : [lacking])));
  return [...reasons].map((reason) => {
    const own = scalings.filter(({ lacking }) => lacking === reason);
    return `${own.map(({ strategy }) => strategy).join(", ")}: ${reason}`;
  });
}

/** Whether any strategy has a curve to show. */
export function hasCurve(scalings: readonly Scaling[]): boolean {
  return scalings.some(({ fit }) => fit.state === "fitted");
}

/**
 * What must be said of every curve; undefined where there is none. `cpus` are those allowed to the
 * run.
 */
export function scalingWarning(scalings: readonly Scaling[], cpus: number): string | undefined {
  const told = scalings.filter(({ fit }) => fit.state === "fitted");
  if (told.length === 0) return undefined;
  const actors = [...new Set(told.flatMap(({ points }) => points.map((p) => p.actors)))];
  const crowded = actors.filter((each) => each > cpus).sort((a, b) => a - b);
  const beyond = [...new Set(told.flatMap((each) => each.extrapolated.map((p) => p.actors)))];
  const parts = [
    ...(beyond.length > 0
      ? [
          `What stands for ${beyond.join(" and ")} actors lies beyond the measured range, which ` +
            `ends at ${Math.max(...actors)}: a guess of the law, and no measurement. It is the ` +
            "median, with its 95 % interval, of laws fitted to single rounds of forks, one of " +
            "each value.",
        ]
      : []),
    ...(crowded.length > 0 || beyond.length > 0
      ? [
          `More actors than CPUs (${cpus} allowed here) measure waiting for a CPU, not ` +
            "contention of as many CPUs" +
            `${crowded.length > 0 ? `: so do the points at ${crowded.join(", ")}` : ""}.`,
        ]
      : []),
  ];
  return parts.length > 0 ? parts.join(" ") : undefined;
}
