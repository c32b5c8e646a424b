/** The registry of facts, in the order in which they are asked: what strains the process last. */

import { addressFacts } from "./addresses.ts";
import { argumentFacts } from "./arguments.ts";
import type { Fact } from "./fact.ts";
import { historyFacts } from "./history.ts";
import { limitFacts } from "./limits.ts";
import { overlapFacts } from "./overlap.ts";

export const facts: readonly Fact[] = [
  ...overlapFacts,
  ...argumentFacts,
  ...addressFacts,
  ...historyFacts,
  ...limitFacts,
];
