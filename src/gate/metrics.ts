/**
 * The declared metrics: which figures are compared, and what one fork says of them. A metric is a
 * ratio of two strategies within a fork, taken turn by turn: neighbouring blocks met the same
 * machine, and what a machine does to both cancels.
 */

import { UsageError } from "../errors.ts";
import { roleOf } from "../report/roles.ts";
import { isPlausible } from "../report/samples.ts";
import { contender, type FigureId, type Metric } from "../results/policy-schema.ts";
import type { Arm, Fork, Run } from "../results/schema.ts";
import { medianOf } from "../stats/median.ts";

/**
 * What is judged where no policy says otherwise. One actor: its figures hold still while another
 * process takes half a core, those of two actors on two cores do not. `spread` loses a third of
 * its attempts among won ones, as programs do; `occupied` loses all.
 */
export const defaultMetrics: readonly Metric[] = [
  // What the flag is for: the price of losing, against the old way.
  of("fixed-noreplace", "lost-p50", "hint-munmap"),
  // The same against the control, so that a slowdown of both ways is seen.
  { ...of("fixed-noreplace", "lost-p50", "kernel-chosen"), againstFigure: "release-p50" },
  {
    ...of("hint-munmap", "lost-p50", "kernel-chosen"),
    scenario: "occupied",
    againstFigure: "placed-p50",
  },
  // The price of winning.
  of("fixed-noreplace", "placed-p50", "kernel-chosen"),
  // All of it together.
  of("fixed-noreplace", "attempts-per-second", "hint-munmap"),
];

/** What is judged where each side has a contender of its own. */
export const contenderMetrics: readonly Metric[] = [
  { ...of(contender, "lost-p50", "kernel-chosen"), againstFigure: "release-p50" },
  of(contender, "placed-p50", "kernel-chosen"),
  of(contender, "attempts-per-second", "kernel-chosen"),
];

function of(strategy: string, figure: FigureId, against: string): Metric {
  return { scenario: "spread", actors: 1, figure, strategy, against };
}

/** "spread/1 fixed-noreplace lost-p50 / hint-munmap lost-p50". */
export function metricName({ scenario, actors, ...metric }: Metric): string {
  const { figure, strategy, against, againstFigure = figure } = metric;
  return `${scenario}/${actors} ${strategy} ${figure} / ${against} ${againstFigure}`;
}

/** Of a rate more is better, of a time less. */
export function isRate(figure: FigureId): boolean {
  return figure.endsWith("-per-second");
}

/**
 * The metric as each fork of a run has it, by fork index; forks that lack it are not in the map.
 * @throws UsageError where the run's contender is asked for and there is not exactly one, or where
 *   no clock could have measured what the file says
 */
export function metricByFork(run: Run, metric: Metric): Map<number, number> {
  const strategy = strategyIn(run, metric.strategy);
  const against = strategyIn(run, metric.against);
  const values = new Map<number, number>();
  for (const fork of run.forks) {
    if (fork.status !== "complete") continue;
    const value = ratioIn(fork, { ...metric, strategy, against });
    if (value === undefined) continue;
    if (!isPlausible(value)) {
      throw new UsageError(
        `${metricName(metric)} is ${value} in fork ${fork.index + 1}, which no clock can have ` +
          "measured: the file was changed. Measure it again.",
      );
    }
    values.set(fork.index, value);
  }
  return values;
}

function strategyIn({ options }: Run, word: string): string {
  if (word !== contender) return word;
  const own = options.strategies.filter((id) => roleOf(id) === contender);
  if (own.length === 1) return own[0] as string;
  throw new UsageError(
    `A metric asks for the side's one contender, but the run has ${own.length}: ` +
      `${own.join(", ") || "none"}. Name one with --strategy, or name the strategy in the metric.`,
  );
}

/** The median over turns of the ratio of neighbouring blocks. */
function ratioIn(fork: Fork, metric: Metric): number | undefined {
  const { scenario, actors, figure, againstFigure = figure } = metric;
  const trial = fork.trials.find(
    ({ spec }) => spec.scenario === scenario && spec.actors === actors,
  );
  const arm = trial?.arms.find(({ strategy }) => strategy === metric.strategy);
  const other = trial?.arms.find(({ strategy }) => strategy === metric.against);
  if (!arm || !other) return undefined;
  const below = figureByRound(other, againstFigure, fork.strategies.length);
  const ratios = [...figureByRound(arm, figure, fork.strategies.length)].flatMap(
    ([round, value]) => {
      const divisor = below.get(round);
      return divisor === undefined ? [] : value / divisor;
    },
  );
  return medianOf(Float64Array.from(ratios).sort());
}

/** By turn; turns without it, or with 0, are left out. A voided block takes its turn with it. */
function figureByRound(arm: Arm, figure: FigureId, strategies: number): Map<number, number> {
  const { order } = arm.blocks;
  const values = figureOf(arm, figure);
  const entries = order.flatMap((place, index): [number, number][] => {
    const value = values(index);
    // Blocks are numbered through the trial, with one warm-up of every strategy first.
    return value ? [[Math.floor(place / strategies), value]] : [];
  });
  return new Map(entries);
}

function figureOf({ blocks }: Arm, figure: FigureId): (index: number) => number | null | undefined {
  const { latencies } = blocks;
  const perSecond = (counts: readonly number[]) => (index: number) =>
    ((counts[index] ?? 0) / (blocks.wallNs[index] ?? Number.POSITIVE_INFINITY)) * 1e9;
  switch (figure) {
    case "attempts-per-second":
      return perSecond(blocks.attempts);
    case "reservations-per-second":
      return perSecond(blocks.placed);
    case "lost-p50":
      return (index) => latencies.lost.p50[index];
    case "lost-p90":
      return (index) => latencies.lost.p90[index];
    case "placed-p50":
      return (index) => latencies.placed.p50[index];
    case "placed-p90":
      return (index) => latencies.placed.p90[index];
    case "release-p50":
      return (index) => latencies.release.p50[index];
    case "release-p90":
      return (index) => latencies.release.p90[index];
    default:
      return figure satisfies never;
  }
}
