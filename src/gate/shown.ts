/**
 * Tier 2: figures that say what a fork measured in its own units. They drift with the machine by
 * tens of per cent, so they are shown and never judged.
 */

import { isOccupied, roleOf } from "../report/roles.ts";
import {
  type ArmFigure,
  type Configuration,
  configurationsOf,
  isPlausible,
  lostP50,
  lostP99,
  sum,
} from "../report/samples.ts";
import type { Run } from "../results/schema.ts";
import type { ByFork } from "./compare.ts";

export interface ShownFigure {
  /** "spread/1 hint-munmap lost p99 (ns)". */
  readonly name: string;
  readonly isRate: boolean;
  readonly base: ByFork;
  readonly ours: ByFork;
}

const figures: readonly (readonly [name: string, isRate: boolean, figure: ArmFigure])[] = [
  ["lost p50 (ns)", false, lostP50],
  ["lost p99 (ns)", false, lostP99],
  ["placed p50 (ns)", false, ({ distributions }) => distributions.placed?.quantiles.p50],
  ["placed p99 (ns)", false, ({ distributions }) => distributions.placed?.quantiles.p99],
  ["attempts/s", true, ({ counts, blocks }) => (counts.attempts / sum(blocks.wallNs)) * 1e9],
];

/**
 * What the complete forks of both sides have in common; what only one has cannot be put side by
 * side.
 */
export function shownFigures(baseline: Run, candidate: Run): ShownFigure[] {
  const others = configurationsOf(complete(candidate));
  return configurationsOf(complete(baseline)).flatMap((base) => {
    const { scenario, actors } = base.spec;
    const ours = others.find(({ spec }) => spec.scenario === scenario && spec.actors === actors);
    if (!ours) return [];
    return [...base.arms.keys()].flatMap((strategy) =>
      figures.flatMap(([name, isRate, figure]) => {
        // In occupied windows the control alone is placed; its price is a metric's denominator.
        if (isOccupied(scenario) && roleOf(strategy) === "control") return [];
        const shown = {
          name: `${scenario}/${actors} ${strategy} ${name}`,
          isRate,
          base: byFork(base, strategy, figure),
          ours: byFork(ours, strategy, figure),
        };
        return shown.base.size > 0 && shown.ours.size > 0 ? [shown] : [];
      }),
    );
  });
}

/** Without what a fork measured before it was lost, as the metrics are. */
function complete(run: Run): Run {
  return { ...run, forks: run.forks.filter(({ status }) => status === "complete") };
}

function byFork({ arms }: Configuration, strategy: string, figure: ArmFigure): ByFork {
  const entries = [...(arms.get(strategy) ?? [])].flatMap(([fork, arm]): [number, number][] => {
    const value = figure(arm);
    return value !== undefined && isPlausible(value) ? [[fork, value]] : [];
  });
  return new Map(entries);
}
