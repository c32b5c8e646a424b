/** The registry of searches, in the order in which help and reports list them. */

import { cachedMaps } from "./cached-maps.ts";
import { mapsText } from "./maps-text.ts";
import { none } from "./none.ts";
import { procmapQuery } from "./procmap-query.ts";
import type { Search } from "./search.ts";

export const searches: readonly Search[] = [mapsText, procmapQuery, cachedMaps, none];

/** The search of an id that was validated before. @throws Error on an unknown id */
export function searchOf(id: string): Search {
  const found = searches.find((search) => search.id === id);
  if (!found) throw new Error(`No search "${id}"`);
  return found;
}
