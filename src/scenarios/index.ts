/** The registry of load scenarios, in the order in which they run and are reported. */

import { hot } from "./hot.ts";
import { occupied } from "./occupied.ts";
import type { Scenario } from "./scenario.ts";
import { solo } from "./solo.ts";
import { spread } from "./spread.ts";

export const scenarios: readonly Scenario[] = [occupied, hot, spread, solo];

/** The scenario of an id that was validated before. @throws Error on an unknown id */
export function scenarioOf(id: string): Scenario {
  const found = scenarios.find((scenario) => scenario.id === id);
  if (!found) throw new Error(`No scenario "${id}"`);
  return found;
}
