/**
 * Audits windows after a drain, when no actor should own any: what the maps show there. Pure.
 */

import type { Mapping, Window } from "../model.ts";
import { mappingsIn } from "../sys/maps.ts";

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
  for (const window of windows) {
    const inside = mappingsIn(mappings, window.start, window.start + window.bytes);
    const occupants = inside.filter((mapping) => isOccupant(mapping, window, occupantPerms));
    unexpectedMappings += inside.length - occupants.length;
    if (occupantPerms !== undefined && occupants.length === 0) lostOccupants++;
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
