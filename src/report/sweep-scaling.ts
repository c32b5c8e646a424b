/**
 * How reservations per second grow with the number of actors: the Universal Scalability Law fitted
 * to the medians of each strategy, and what it would say of more actors than were measured.
 */

import {
  fitScalability,
  predict,
  type ScalingFit,
  type ScalingPoint,
} from "../stats/scalability.ts";
import { type Role, roleOf } from "./roles.ts";
import type { RaceTable } from "./sweep-races.ts";
import { formatShare, plural } from "./wording.ts";

export interface Scaling {
  readonly strategy: string;
  readonly role: Role;
  /** Medians over forks, ascending. */
  readonly points: readonly ScalingPoint[];
  readonly fit: ScalingFit;
  /** Beyond what was measured; none where the curve does not even describe that. */
  readonly extrapolated: readonly ScalingPoint[];
  /** Why there is no curve, or none beyond the points, and what to do; "" where there is. */
  readonly lacking: string;
}

/** What is asked of the law where so many actors were not measured. */
export const extrapolatedActors = [64, 256] as const;

/** A curve that misses its points by more, root mean square, describes nothing else either. */
const worstMiss = 0.15;

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
    const beyond = extrapolatedActors.filter((actors) => actors > most);
    return [
      {
        ...{ strategy, role: roleOf(strategy), points, fit },
        extrapolated:
          fit.state === "fitted" && fit.rmsRelative <= worstMiss
            ? beyond.map((actors) => ({ actors, throughput: predict(fit, actors) }))
            : [],
        lacking: lackingOf(fit, points),
      },
    ];
  });
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
            `ends at ${Math.max(...actors)}: a guess of the law, and no measurement.`,
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
