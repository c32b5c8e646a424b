/**
 * One run as before and after: what programs did before Linux 4.17 set against what they can do
 * now, figure by figure. Ratios are taken within forks, as everywhere.
 */

import type { ShiftInterval } from "../stats/shift.ts";
import {
  type ComparedFigure,
  centreOf,
  type FigureChange,
  lostP50,
  lostP99,
  placedP50,
  reservations,
  verdictOf,
} from "./change.ts";
import { namePlaces } from "./places.ts";
import { compared } from "./roles.ts";
import { type Configuration, type Figure, ratioOf } from "./samples.ts";

const figures: readonly ComparedFigure[] = [lostP50, lostP99, placedP50, reservations];

/** What both strategies have in common, by configuration in listing order. */
export function digestBeforeAfter(configurations: readonly Configuration[]): FigureChange[] {
  const nameOf = namePlaces(configurations.map(({ spec }) => spec));
  return configurations.flatMap((configuration) =>
    figures.flatMap((figure) => {
      const change = ratioAfter(configuration, figure);
      if (change.n === 0) return [];
      const centre = (strategy: string) =>
        centreOf([...(configuration.arms.get(strategy)?.values() ?? [])].map(figure.of));
      return {
        place: nameOf(configuration.spec),
        subject: "",
        figure: figure.name,
        unit: figure.isRate ? "per-second" : "ns",
        before: centre(compared.before),
        after: centre(compared.after),
        change,
        verdict: verdictOf(change, figure.isRate),
      };
    }),
  );
}

/** after / before, turned as the digest's own ratios are, so that their medians agree. */
function ratioAfter(configuration: Configuration, { isRate, of }: ComparedFigure): ShiftInterval {
  const { before, after } = compared;
  if (isRate) return asChange(ratioOf(configuration, after, before, of), (ratio) => ratio);
  return asChange(ratioOf(configuration, before, after, of), (ratio) => 1 / ratio);
}

function asChange(figure: Figure, turn: (ratio: number) => number): ShiftInterval {
  const { median, n } = figure;
  if (figure.state === "too-few") {
    const estimate = median === undefined ? undefined : turn(median);
    return { state: "too-few", estimate, n, needed: figure.needed };
  }
  const [lo, hi] = [turn(figure.lo), turn(figure.hi)].sort((a, b) => a - b) as [number, number];
  const { coverage } = figure;
  return { state: "interval", estimate: turn(figure.median), lo, hi, coverage, n };
}
