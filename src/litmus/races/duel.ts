import type { Race } from "../race.ts";

/**
 * Four actors want the same window. Exactly one owns it at a time.
 *
 *     window    [AAAAAAAA]
 *     actor A    ^ placed, released, placed ...
 *     actor B    ^ lost, lost, placed ...
 *
 * Seen in 20 s of all scenarios on Linux 6.18, 2 CPUs; nothing else was:
 *
 *     hint-munmap      owner 31798, lost 62195
 *     fixed-noreplace  owner 76663, lost 1675432
 *     fixed            owner 18154, two-owners 4741, clobbered 4741
 */
export const duel: Race = {
  id: "duel",
  summary: "one window, every actor wants it: exactly one owner",
  windows: [{ start: 0, units: 2 }],
  actors: 4,
  touch: false,
  alwaysPlaced: false,
};
