/**
 * The races of a sweep: one table a measure and number of actors, one row a value, one column a
 * strategy, and the two that are compared as a ratio taken within each fork.
 */

import type { CallClass } from "../model.ts";
import type { SweepAxis } from "../results/sweep-schema.ts";
import { occupied } from "../scenarios/occupied.ts";
import { spread } from "../scenarios/spread.ts";
import { formatCount, formatNs } from "../units.ts";
import { compared, strategyRank } from "./roles.ts";
import {
  type ArmFigure,
  type Configuration,
  conflictShare,
  distributionIn,
  type Figure,
  isPlausible,
  lostP50,
  overForks,
  ratiosByFork,
  reservationsPerSecond,
} from "./samples.ts";
import type { SweepPoint } from "./sweep-samples.ts";
import { formatShare, plural } from "./wording.ts";

export interface RaceMeasure {
  readonly id:
    | "lost-occupied"
    | "lost-spread"
    | "reservations"
    | "conflicts"
    | "placed"
    | "release";
  readonly scenario: string;
  readonly title: string;
  readonly figure: ArmFigure;
  readonly format: (value: number) => string;
  /** Which way the two that are compared are divided, so that above 1 speaks for the second. */
  readonly ratio?: "before to after" | "after to before";
}

const raceMeasures: readonly RaceMeasure[] = [
  {
    id: "lost-occupied",
    scenario: occupied.id,
    title: "p50 of a lost attempt",
    figure: lostP50,
    format: formatNs,
    ratio: "before to after",
  },
  {
    id: "lost-spread",
    scenario: spread.id,
    title: "p50 of a lost attempt",
    figure: lostP50,
    format: formatNs,
    ratio: "before to after",
  },
  {
    id: "reservations",
    scenario: spread.id,
    title: "reservations per second, all actors together",
    figure: reservationsPerSecond,
    format: formatCount,
    ratio: "after to before",
  },
  {
    id: "conflicts",
    scenario: spread.id,
    title: "share of the attempts that lost",
    figure: conflictShare,
    format: formatShare,
  },
  {
    id: "placed",
    scenario: spread.id,
    title: "p50 of an mmap that got its window",
    figure: p50In("placed"),
    format: formatNs,
  },
  {
    id: "release",
    scenario: spread.id,
    title: "p50 of the owner's munmap",
    figure: p50In("release"),
    format: formatNs,
  },
];

/** A figure over forks, and what each of them said. */
export interface Cell {
  readonly figure: Figure;
  readonly byFork: readonly number[];
}

export interface RaceRow {
  readonly value: number;
  /** Lines of a fork's maps before. */
  readonly mappings: Figure;
  /** The most forks that any cell rests on. */
  readonly forks: number;
  /** By strategy; one that has none is not in it. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** hint-munmap and fixed-noreplace, within a fork: above 1 speaks for fixed-noreplace. */
  readonly ratio: Cell;
}

export interface RaceTable {
  readonly measure: RaceMeasure;
  /** "2 actors"; "" where their number is what is swept. */
  readonly load: string;
  /** "spread", or "spread, 2 actors". */
  readonly place: string;
  /** "64 windows, hold 32, 16, 8": what of the scenario is not swept. */
  readonly detail: string;
  /** In listing order. */
  readonly strategies: readonly string[];
  readonly rows: readonly RaceRow[];
}

/** Tables without a row are left out. */
export function digestRaces(axis: SweepAxis, points: readonly SweepPoint[]): RaceTable[] {
  const specs = points.flatMap(({ configurations }) => configurations.map(({ spec }) => spec));
  const numbers = [...new Set(specs.map(({ actors }) => actors))].sort((a, b) => a - b);
  const choices = axis === "actors" ? [undefined] : numbers;
  return raceMeasures.flatMap((measure) =>
    choices.flatMap((actors) => {
      const load = actors === undefined ? "" : plural(actors, "actor");
      const found = points.flatMap((point) => {
        const isWanted = ({ spec }: Configuration) =>
          spec.scenario === measure.scenario && spec.actors === (actors ?? point.value);
        const configuration = point.configurations.find(isWanted);
        return configuration ? [{ point, configuration }] : [];
      });
      const rows = found
        .map(({ point, configuration }) => rowOf(measure, point, configuration))
        .filter(({ cells }) => cells.size > 0);
      if (rows.length === 0) return [];
      const strategies = [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))];
      return [
        {
          measure,
          load,
          place: measure.scenario + (load === "" ? "" : `, ${load}`),
          detail: detailOf(
            axis,
            found.map(({ configuration }) => configuration),
          ),
          strategies: strategies.sort(byListing),
          rows,
        },
      ];
    }),
  );
}

function p50In(name: CallClass): ArmFigure {
  return (arm) => {
    const { quantiles } = distributionIn(arm, name) ?? {};
    return quantiles && quantiles.count > 0 ? quantiles.p50 : undefined;
  };
}

/** Strategies as every report lists them. */
export function byListing(a: string, b: string): number {
  return strategyRank(a) - strategyRank(b) || a.localeCompare(b);
}

function rowOf(measure: RaceMeasure, point: SweepPoint, configuration: Configuration): RaceRow {
  const cells = [...configuration.arms].flatMap(([strategy, byFork]): [string, Cell][] => {
    const cell = cellOf([...byFork.values()].map(measure.figure));
    return cell.byFork.length > 0 ? [[strategy, cell]] : [];
  });
  const key = JSON.stringify(configuration.spec);
  const trials = point.forks.flatMap(({ trials }) =>
    trials.filter(({ spec }) => JSON.stringify(spec) === key),
  );
  return {
    value: point.value,
    mappings: overForks(trials.map(({ mappings }) => mappings)),
    forks: Math.max(0, ...cells.map(([, { byFork }]) => byFork.length)),
    cells: new Map(cells),
    ratio: ratioOf(measure, configuration),
  };
}

function cellOf(values: readonly (number | undefined)[]): Cell {
  const byFork = values.filter(
    (value) => value !== undefined && (value === 0 || isPlausible(value)),
  ) as number[];
  return { figure: overForks(byFork), byFork };
}

function ratioOf({ ratio, figure }: RaceMeasure, configuration: Configuration): Cell {
  const { before, after } = compared;
  if (ratio === undefined) return cellOf([]);
  const sides = ratio === "before to after" ? ([before, after] as const) : [after, before];
  return cellOf(ratiosByFork(configuration, sides[0] as string, sides[1] as string, figure));
}

function detailOf(axis: SweepAxis, configurations: readonly Configuration[]): string {
  const specs = configurations.map(({ spec }) => spec);
  const windows = [...new Set(specs.map((spec) => spec.windows))];
  const holds = [...new Set(specs.map(({ hold }) => hold))];
  return [
    ...(axis === "windows" ? [] : [`${windows.join(", ")} window${windows[0] === 1 ? "" : "s"}`]),
    ...(holds.some((hold) => hold > 0) ? [`hold ${holds.join(", ")}`] : []),
  ].join(", ");
}
