import type { Race } from "../race.ts";

/**
 * Two actors ask for A's window and two for B's. B's window has A's in its middle.
 *
 *     A           [AAAA]
 *     B       [BBBBBBBBBBBB]
 *     units    0   1   2   3
 *
 * Seen in 20 s of all scenarios on Linux 6.18, 2 CPUs; nothing else was:
 *
 *     hint-munmap      owner 20226, lost 51097
 *     fixed-noreplace  owner 46239, lost 1025698
 */
export const enclosing: Race = {
  id: "enclosing",
  summary: "B's window encloses A's: no two overlapping owners",
  windows: [
    { start: 1, units: 1 },
    { start: 0, units: 3 },
  ],
  actors: 4,
  touch: false,
  alwaysPlaced: false,
};
