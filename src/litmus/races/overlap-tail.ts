import type { Race } from "../race.ts";

/**
 * Two actors ask for A's window and two for B's. B's window covers the end of A's.
 *
 *     A       [AAAAAAAA]
 *     B           [BBBBBBBB]
 *     units    0   1   2   3
 *
 * Seen in 20 s of all scenarios on Linux 6.18, 2 CPUs; nothing else was:
 *
 *     hint-munmap      owner 25883, lost 60846
 *     fixed-noreplace  owner 65223, lost 1298293
 */
export const overlapTail: Race = {
  id: "overlap-tail",
  summary: "B's window ends beyond A's: no two overlapping owners",
  windows: [
    { start: 0, units: 2 },
    { start: 1, units: 2 },
  ],
  actors: 4,
  touch: false,
  alwaysPlaced: false,
};
