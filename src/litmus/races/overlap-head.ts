import type { Race } from "../race.ts";

/**
 * Two actors ask for A's window and two for B's. B's window covers the start of A's: the partial
 * overlap that Linux 4.17 got wrong at first.
 *
 *     A           [AAAAAAAA]
 *     B       [BBBBBBBB]
 *     units    0   1   2   3
 *
 * Seen in 20 s of all scenarios on Linux 6.18, 2 CPUs; nothing else was:
 *
 *     hint-munmap      owner 23784, lost 58789
 *     fixed-noreplace  owner 64368, lost 1201297
 */
export const overlapHead: Race = {
  id: "overlap-head",
  summary: "B's window begins inside A's: no two overlapping owners",
  windows: [
    { start: 1, units: 2 },
    { start: 0, units: 2 },
  ],
  actors: 4,
  touch: false,
  alwaysPlaced: false,
};
