/**
 * Builds the ways that profiles offer. Owns their ids: a searching way is called after its
 * strategy, and after every part that is not the profile's own.
 */

import type { ArenaWay, CarveWay, RestoreWay, SearchingWay, TrimWay } from "../reserve/way.ts";

type OwnParts = Pick<SearchingWay, "search" | "retry">;
type Changes = Partial<Omit<SearchingWay, "kind" | "strategy">>;

/** A builder of ways that search and retry as the program itself does, but for what they change. */
export function searchingWays(
  own: OwnParts,
): (strategy: string, changes?: Changes) => SearchingWay {
  return (strategy, changes = {}) => ({
    kind: "searching",
    id: [strategy, changes.search, changes.retry].filter((part) => part !== undefined).join("+"),
    strategy,
    ...own,
    locked: false,
    acceptsInRange: false,
    ...changes,
  });
}

export const reserveOnce: ArenaWay = { kind: "arena", id: "reserve-once" };

export const overReserve: TrimWay = { kind: "trim", id: "over-reserve" };

export const restoreUnguarded: RestoreWay = {
  kind: "restore",
  id: "restore-unguarded",
  placeholder: false,
};

export const restorePlaceholder: RestoreWay = {
  kind: "restore",
  id: "restore-placeholder",
  placeholder: true,
};

/** Called after its two calls, and after the touching between them. */
export function carveWay(
  commit: CarveWay["commit"],
  free: CarveWay["free"],
  touch: boolean,
): CarveWay {
  return { kind: "carve", id: `${commit}+${free}${touch ? "+touched" : ""}`, commit, free, touch };
}
