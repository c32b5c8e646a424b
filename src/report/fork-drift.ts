/**
 * What forks say one after another: a strategy's own figure, which drifts with the machine, and
 * the ratio of two strategies within the same fork, which hardly does. This is why ratios are
 * compared and absolute times are only reported.
 */

import type { Run } from "../results/schema.ts";
import { compared, strategyRank } from "./roles.ts";
import { configurationsOf, lostP50, overForks } from "./samples.ts";

/** One figure of every fork that has it. */
export interface DriftSeries {
  /** A strategy's p50 of a lost attempt; undefined is the ratio, hint-munmap / fixed-noreplace. */
  readonly strategy: string | undefined;
  /** In the order in which forks ran; fork indexes and values above 0. */
  readonly forks: readonly { readonly fork: number; readonly value: number }[];
  readonly median: number;
  /** Largest over smallest. */
  readonly span: number;
}

export interface ConfigurationDrift {
  readonly scenario: string;
  readonly actors: number;
  readonly series: readonly DriftSeries[];
}

/** Configurations in which at least two forks lost attempts. */
export function forkDrift(run: Run): ConfigurationDrift[] {
  return configurationsOf(run)
    .map(({ spec, arms }) => {
      const p50s = new Map(
        [...arms]
          .sort(([a], [b]) => strategyRank(a) - strategyRank(b) || a.localeCompare(b))
          .map(([strategy, byFork]) => [
            strategy,
            new Map([...byFork].map(([fork, arm]) => [fork, lostP50(arm)] as const)),
          ]),
      );
      const own = [...p50s].map(([strategy, values]) => seriesOf(strategy, values));
      const [above, below] = [p50s.get(compared.before), p50s.get(compared.after)];
      const ratios = new Map(
        [...(above ?? [])].map(([fork, p50]) => {
          const other = below?.get(fork);
          return [fork, p50 && other ? p50 / other : undefined] as const;
        }),
      );
      return {
        scenario: spec.scenario,
        actors: spec.actors,
        series: [...own, seriesOf(undefined, ratios)].filter((series) => series !== undefined),
      };
    })
    .filter(({ series }) => series.length > 0);
}

function seriesOf(
  strategy: string | undefined,
  values: ReadonlyMap<number, number | undefined>,
): DriftSeries | undefined {
  const forks = [...values]
    .flatMap(([fork, value]) => (value ? [{ fork, value }] : []))
    .sort((a, b) => a.fork - b.fork);
  const median = overForks(forks.map(({ value }) => value)).median;
  if (forks.length < 2 || median === undefined) return undefined;
  const sorted = forks.map(({ value }) => value).sort((a, b) => a - b);
  return { strategy, forks, median, span: (sorted.at(-1) ?? 1) / (sorted[0] ?? 1) };
}
