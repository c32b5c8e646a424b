/**
 * Audits windows after a drain, when no actor should own any: what the maps show there. Pure.
 */

import type { Mapping, Window } from "../model.ts";

export interface Audit {
  /** Mappings in windows that are not the third party's: a leak, or a stray of V8's or malloc's. */
  readonly unexpectedMappings: number;
  /** Windows whose third party is gone or not what it was. */
  readonly lostOccupants: number;
}

/**
 * Counts what stands in the windows and should not, and what does not and should. With
 * `occupantPerms`, a third party holds every window in a mapping of these permissions.
 */
export function auditWindows(
  windows: readonly Window[],
  occupantPerms: string | undefined,
  mappings: readonly Mapping[],
): Audit {
  let unexpectedMappings = 0;
  let lostOccupants = 0;
  let from = 0;
  for (const window of windows.toSorted((a, b) => a.start - b.start)) {
    const end = window.start + window.bytes;
    // Both lists ascend; a mapping behind this window may still reach into the next one.
    while (from < mappings.length && (mappings[from]?.end ?? 0) <= window.start) from++;
    let occupants = 0;
    for (let at = from; at < mappings.length; at++) {
      const mapping = mappings[at] as Mapping;
      if (mapping.start >= end) break;
      if (isOccupant(mapping, window, occupantPerms)) occupants++;
      else unexpectedMappings++;
    }
    if (occupantPerms !== undefined && occupants === 0) lostOccupants++;
  }
  return { unexpectedMappings, lostOccupants };
}

function isOccupant(mapping: Mapping, window: Window, perms: string | undefined): boolean {
  return (
    mapping.perms === perms &&
    mapping.name === "" &&
    mapping.start === window.start &&
    mapping.end === window.start + window.bytes
  );
}
