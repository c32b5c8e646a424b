/**
 * A policy made complete: the file's fields, the command line's, and what they must not say. Pure.
 */

import { UsageError } from "../errors.ts";
import { contender, type Metric, type Policy } from "../results/policy-schema.ts";
import { scenarios } from "../scenarios/index.ts";
import { strategies } from "../strategies/index.ts";
import { isRate, metricName } from "./metrics.ts";

/** More would make forks long enough to be taken to hang. */
const mostArmMs = 2000;

/** What the command line may say instead of the file. */
export type Overrides = Partial<Pick<Policy, "pairs" | "onInconclusive">>;

/** @throws UsageError where fields contradict each other, or name what there is not */
export function completePolicy(parsed: Policy, overrides: Overrides, source: string): Policy {
  const { $schema: _, ...policy } = { ...parsed, ...overrides };
  const refuse = (what: string): never => {
    throw new UsageError(`${source}: ${what}`);
  };
  if (policy.toleratedPercent < policy.slowerPercent) {
    refuse(
      `toleratedPercent ${policy.toleratedPercent} is below slowerPercent ` +
        `${policy.slowerPercent}: what is tolerated would be a regression. Raise it.`,
    );
  }
  if (policy.extendTo !== null && policy.extendTo <= policy.pairs) {
    if (overrides.pairs === undefined) {
      refuse(
        `extendTo ${policy.extendTo} is not above pairs ${policy.pairs}. ` +
          "Raise it, or say null for no extension.",
      );
    }
    // As many pairs as the extension would have had are there from the start.
    policy.extendTo = null;
  }
  if (policy.rounds * policy.blockMs > mostArmMs) {
    refuse(
      `rounds ${policy.rounds} of blockMs ${policy.blockMs} are more than ${mostArmMs} ms of ` +
        "every strategy in a fork. Ask for fewer or shorter turns, and for more pairs.",
    );
  }
  const names = (policy.metrics ?? []).map(metricName);
  for (const metric of policy.metrics ?? []) refuseMetric(metric, refuse);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`the metric ${twice} is declared twice. Take one out.`);
  return policy;
}

function refuseMetric(metric: Metric, refuse: (what: string) => never): void {
  const { scenario, actors, strategy, against, figure, againstFigure = figure } = metric;
  const found = scenarios.find(({ id }) => id === scenario);
  if (!found) {
    const known = scenarios.map(({ id }) => id).join(", ");
    refuse(`there is no scenario "${scenario}" in ${metricName(metric)}. Known: ${known}.`);
  }
  if (found?.soloOnly && actors > 1) {
    refuse(`${metricName(metric)} has ${actors} actors, and ${scenario} races one alone. Say 1.`);
  }
  const sound = strategies.filter(({ clobbers }) => !clobbers).map(({ id }) => id);
  for (const id of [strategy, against]) {
    if (id === contender || sound.includes(id)) continue;
    refuse(
      `${metricName(metric)} names "${id}", which the gate cannot measure. ` +
        `Known: ${sound.join(", ")}, ${contender}.`,
    );
  }
  if (isRate(figure) !== isRate(againstFigure)) {
    refuse(`${metricName(metric)} divides a time by a rate, or a rate by a time.`);
  }
  if (strategy === against && figure === againstFigure) {
    refuse(`${metricName(metric)} is always 1.`);
  }
}
