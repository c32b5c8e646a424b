/** Where baselines are, from the working folder: one file a machine, named by its fingerprint. */

import { join } from "node:path";

export const baselineFolder = "results/baseline";

/** "results/baseline/5c5f4ee1ea0b.json". */
export function baselinePath(fingerprint: string): string {
  return join(baselineFolder, `${fingerprint}.json`);
}
