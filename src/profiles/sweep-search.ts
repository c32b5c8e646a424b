/**
 * What a sweep searches for, at every value: 64 MiB in CUDA's range, without carving and with
 * places enough, so that what changes is the search and who else is about.
 */

import { cudaStartup } from "./cuda-startup.ts";
import type { Profile } from "./profile.ts";
import { MiB } from "./sizes.ts";
import { searchingWays } from "./ways.ts";

const bytes = 64 * MiB;
const way = searchingWays({ search: "maps-text", retry: "next-gap" });

/** By so many actors, each keeping `hold` reservations. */
export function sweepSearch(actors: number): Profile {
  const { carving: _, ...cuda } = cudaStartup;
  return {
    ...cuda,
    id: `search-${actors}`,
    summary: `search for 64 MiB in the maps, ${actors === 1 ? "alone" : `by ${actors} actors`}`,
    constraints: { ...cuda.constraints, bytes },
    leastBytes: bytes,
    hold: 1,
    actors,
    interlopers: 0,
    ways: [
      way("fixed-noreplace", { id: "maps-text" }),
      way("fixed-noreplace", { id: "procmap-query", search: "procmap-query" }),
      way("fixed-noreplace", { id: "cached-maps", search: "cached-maps" }),
    ],
  };
}
