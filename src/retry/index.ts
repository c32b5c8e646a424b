/** The registry of retry rules, in the order in which help and reports list them. */

import { bothEnds } from "./both-ends.ts";
import { halve } from "./halve.ts";
import { halveInPlace } from "./halve-in-place.ts";
import { nextGap } from "./next-gap.ts";
import { nextStep } from "./next-step.ts";
import { random } from "./random.ts";
import type { RetryRule } from "./retry.ts";

export const retryRules: readonly RetryRule[] = [
  nextGap,
  nextStep,
  random,
  bothEnds,
  halve,
  halveInPlace,
];

/** The retry rule of an id that was validated before. @throws Error on an unknown id */
export function retryRuleOf(id: string): RetryRule {
  const found = retryRules.find((rule) => rule.id === id);
  if (!found) throw new Error(`No retry rule "${id}"`);
  return found;
}
