/**
 * The figures of every scenario: one table a number of actors, one row a strategy. Absolute
 * figures, to be read; what is compared is in ratios.ts.
 */

import type { Arm, Distribution } from "../results/schema.ts";
import { type Role, roleOf, scenarioSummary, strategyRank } from "./roles.ts";
import {
  type Configuration,
  callsPerLostAttempt,
  callsPerReservation,
  conflictShare,
  type Figure,
  figureOf,
  lostDistribution,
  reservationsPerSecond,
} from "./samples.ts";

/** One class of timed calls over forks, in nanoseconds. */
export interface LatencyFigures {
  readonly p50Ns: Figure;
  readonly p90Ns: Figure;
  readonly p99Ns: Figure;
  readonly p999Ns: Figure;
  /** Over all calls of all forks; undefined where there was none. */
  readonly maxNs: number | undefined;
}

/** One strategy in one configuration. */
export interface StrategyRow {
  readonly strategy: string;
  readonly role: Role;
  /** Forks that measured this row. */
  readonly forks: number;
  /** Share of attempts, 0 to 1. */
  readonly conflicts: Figure;
  readonly reservationsPerSecond: Figure;
  readonly reservationsPerSecondPerActor: Figure;
  readonly callsPerReservation: Figure;
  readonly callsPerLostAttempt: Figure;
  readonly placed: LatencyFigures;
  readonly lost: LatencyFigures;
  readonly release: LatencyFigures;
}

/** All strategies at one number of actors. */
export interface ActorsTable {
  readonly actors: number;
  /** Attempts for which a placed window is kept. */
  readonly hold: number;
  readonly rows: readonly StrategyRow[];
}

/** One scenario with one set of windows. */
export interface ScenarioDigest {
  readonly scenario: string;
  readonly summary: string;
  readonly windows: number;
  readonly windowBytes: number;
  /** By number of actors, ascending. */
  readonly tables: readonly ActorsTable[];
}

/** Groups configurations, which come in listing order, into scenarios. */
export function digestScenarios(configurations: readonly Configuration[]): ScenarioDigest[] {
  const found = new Map<string, ScenarioDigest & { tables: ActorsTable[] }>();
  for (const configuration of configurations) {
    const { scenario, windows, windowBytes, actors, hold } = configuration.spec;
    const key = JSON.stringify([scenario, windows, windowBytes]);
    const summary = scenarioSummary(scenario);
    const entry = found.get(key) ?? { scenario, summary, windows, windowBytes, tables: [] };
    found.set(key, entry);
    entry.tables.push({ actors, hold, rows: rowsOf(configuration) });
  }
  return [...found.values()];
}

function rowsOf(configuration: Configuration): StrategyRow[] {
  return [...configuration.arms.keys()]
    .sort((a, b) => strategyRank(a) - strategyRank(b) || a.localeCompare(b))
    .map((strategy) => rowOf(configuration, strategy));
}

function rowOf(configuration: Configuration, strategy: string): StrategyRow {
  const { actors } = configuration.spec;
  const arms = [...(configuration.arms.get(strategy)?.values() ?? [])];
  const figure = (of: (arm: Arm) => number | undefined) => figureOf(configuration, strategy, of);
  return {
    strategy,
    role: roleOf(strategy),
    forks: arms.length,
    conflicts: figure(conflictShare),
    reservationsPerSecond: figure(reservationsPerSecond),
    reservationsPerSecondPerActor: figure((arm) => {
      const rate = reservationsPerSecond(arm);
      return rate === undefined ? undefined : rate / actors;
    }),
    callsPerReservation: figure(callsPerReservation),
    callsPerLostAttempt: figure((arm) => callsPerLostAttempt(arm.counts)),
    placed: latenciesOf(configuration, strategy, (arm) => arm.distributions.placed),
    lost: latenciesOf(configuration, strategy, lostDistribution),
    release: latenciesOf(configuration, strategy, (arm) => arm.distributions.release),
  };
}

function latenciesOf(
  configuration: Configuration,
  strategy: string,
  pick: (arm: Arm) => Distribution | undefined,
): LatencyFigures {
  const quantiles = (arm: Arm) => {
    const found = pick(arm)?.quantiles;
    return found && found.count > 0 ? found : undefined;
  };
  const maxima = [...(configuration.arms.get(strategy)?.values() ?? [])]
    .map((arm) => quantiles(arm)?.max)
    .filter((max) => max !== undefined);
  return {
    p50Ns: figureOf(configuration, strategy, (arm) => quantiles(arm)?.p50),
    p90Ns: figureOf(configuration, strategy, (arm) => quantiles(arm)?.p90),
    p99Ns: figureOf(configuration, strategy, (arm) => quantiles(arm)?.p99),
    p999Ns: figureOf(configuration, strategy, (arm) => quantiles(arm)?.p999),
    maxNs: maxima.length > 0 ? Math.max(...maxima) : undefined,
  };
}
