/**
 * What a report knows of a run's strategies and scenarios beyond their ids: the part each plays,
 * and the order of listing. A file may name ids that this version does not have; those come last
 * and are held to the strict rules.
 */

import { scenarios } from "../scenarios/index.ts";
import { fixedNoreplace } from "../strategies/fixed-noreplace.ts";
import { hintMunmap } from "../strategies/hint-munmap.ts";
import { strategies } from "../strategies/index.ts";

/** The two sides of the question: what programs did before Linux 4.17, and what they can do now. */
export const compared = { before: hintMunmap.id, after: fixedNoreplace.id } as const;

/** A contender must never clobber; the negative control should; the control does not race. */
export type Role = "contender" | "control" | "negative-control";

export function roleOf(strategyId: string): Role {
  const strategy = strategies.find(({ id }) => id === strategyId);
  if (strategy?.clobbers) return "negative-control";
  return strategy && !strategy.addressed ? "control" : "contender";
}

/** Place in the listing; unknown ids come last. */
export function strategyRank(strategyId: string): number {
  return rankIn(strategies, strategyId);
}

/** Place in the listing; unknown ids come last. */
export function scenarioRank(scenarioId: string): number {
  return rankIn(scenarios, scenarioId);
}

/** One line on what the scenario shows; "" for one that this version does not have. */
export function scenarioSummary(scenarioId: string): string {
  return scenarios.find(({ id }) => id === scenarioId)?.summary ?? "";
}

/** A third party holds every window of the scenario. */
export function isOccupied(scenarioId: string): boolean {
  return scenarios.find(({ id }) => id === scenarioId)?.occupied ?? false;
}

function rankIn(registry: readonly { readonly id: string }[], wanted: string): number {
  const index = registry.findIndex(({ id }) => id === wanted);
  return index === -1 ? registry.length : index;
}
