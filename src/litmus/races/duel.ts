import type { Race } from "../race.ts";

/**
 * Four actors want the same window. Exactly one owns it at a time.
 *
 *     window    [AAAAAAAA]
 *     actor A    ^ placed, released, placed ...
 *     actor B    ^ lost, lost, placed ...
 */
export const duel: Race = {
  id: "duel",
  summary: "one window, every actor wants it: exactly one owner",
  windows: [{ start: 0, units: 2 }],
  actors: 4,
  touch: false,
  alwaysPlaced: false,
};
