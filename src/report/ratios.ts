/**
 * The comparisons, each taken within a fork: absolute times drift with the machine, their ratio
 * does not. Every ratio is turned so that above 1 speaks for fixed-noreplace, or for the strategy
 * that is compared to the control.
 */

import { compared, roleOf, strategyRank } from "./roles.ts";
import {
  type ArmFigure,
  type Configuration,
  type Figure,
  lostP50,
  lostP99,
  ratioOf,
  reservationsPerSecond,
} from "./samples.ts";

/** The ratios of one configuration. */
export interface RatioRow {
  readonly scenario: string;
  readonly actors: number;
  /** hint-munmap / fixed-noreplace, p50 of a lost attempt. */
  readonly lostP50: Figure;
  /** hint-munmap / fixed-noreplace, p99 of a lost attempt. */
  readonly lostP99: Figure;
  /** fixed-noreplace / hint-munmap, reservations per second. */
  readonly reservations: Figure;
  /** Reservations per second of each contender / the control's. */
  readonly toControl: readonly { readonly strategy: string; readonly reservations: Figure }[];
}

/** Price of losing: hint-munmap / fixed-noreplace. */
export function priceRatio(configuration: Configuration, figure: ArmFigure = lostP50): Figure {
  return ratioOf(configuration, compared.before, compared.after, figure);
}

/** Gain of a caller: fixed-noreplace / hint-munmap, reservations per second. */
export function gainRatio(configuration: Configuration): Figure {
  return ratioOf(configuration, compared.after, compared.before, reservationsPerSecond);
}

/** One row a configuration that has anything to compare. */
export function digestRatios(configurations: readonly Configuration[]): RatioRow[] {
  return configurations.map(rowOf).filter((row) => {
    const figures = [row.lostP50, row.lostP99, row.reservations];
    return [...figures, ...row.toControl.map(({ reservations }) => reservations)].some(
      ({ n }) => n > 0,
    );
  });
}

function rowOf(configuration: Configuration): RatioRow {
  const ids = [...configuration.arms.keys()].sort((a, b) => strategyRank(a) - strategyRank(b));
  const control = ids.find((id) => roleOf(id) === "control");
  const contenders = ids.filter((id) => roleOf(id) === "contender");
  return {
    scenario: configuration.spec.scenario,
    actors: configuration.spec.actors,
    lostP50: priceRatio(configuration),
    lostP99: priceRatio(configuration, lostP99),
    reservations: gainRatio(configuration),
    toControl:
      control === undefined
        ? []
        : contenders.map((strategy) => ({
            strategy,
            reservations: ratioOf(configuration, strategy, control, reservationsPerSecond),
          })),
  };
}
