/** The registry of strategies, in the order in which help and reports list them. */

import { fixed } from "./fixed.ts";
import { fixedNoreplace } from "./fixed-noreplace.ts";
import { hintMunmap } from "./hint-munmap.ts";
import { kernelChosen } from "./kernel-chosen.ts";
import { noreplaceOrHint } from "./noreplace-or-hint.ts";
import type { Strategy } from "./strategy.ts";

export const strategies: readonly Strategy[] = [
  hintMunmap,
  fixedNoreplace,
  noreplaceOrHint,
  kernelChosen,
  fixed,
];

/** The strategy of an id that was validated before. @throws Error on an unknown id */
export function strategyOf(id: string): Strategy {
  const found = strategies.find((strategy) => strategy.id === id);
  if (!found) throw new Error(`No strategy "${id}"`);
  return found;
}
