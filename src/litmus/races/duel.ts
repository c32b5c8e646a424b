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
 *     hint-munmap      owner 30030, lost 47751
 *     fixed-noreplace  owner 84971, lost 950670
 *     fixed            owner 23474, two-owners 88, clobbered 88
 */
export const duel: Race = {
  id: "duel",
  summary: "one window, every actor wants it: exactly one owner",
  windows: [{ start: 0, units: 2 }],
  actors: 4,
  touch: false,
  alwaysPlaced: false,
};
