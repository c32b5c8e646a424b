/** The registry of profiles, in the order in which they run and are reported. */

import { carve } from "./carve.ts";
import { cudaCheckpoint } from "./cuda-checkpoint.ts";
import { cudaStartup } from "./cuda-startup.ts";
import { dynamorioRegion } from "./dynamorio-region.ts";
import { goArena } from "./go-arena.ts";
import { luajitLow2g } from "./luajit-low2g.ts";
import type { Profile } from "./profile.ts";
import { tcmallocTagged } from "./tcmalloc-tagged.ts";
import { wineStartup } from "./wine-startup.ts";
import { zgcHeap } from "./zgc-heap.ts";

export const profiles: readonly Profile[] = [
  cudaStartup,
  cudaCheckpoint,
  dynamorioRegion,
  goArena,
  luajitLow2g,
  tcmallocTagged,
  zgcHeap,
  wineStartup,
  carve,
];

/** The profile of an id that was validated before. @throws Error on an unknown id */
export function profileOf(id: string): Profile {
  const found = profiles.find((profile) => profile.id === id);
  if (!found) throw new Error(`No profile "${id}"`);
  return found;
}
