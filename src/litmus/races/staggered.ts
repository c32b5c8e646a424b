import type { Race } from "../race.ts";

/**
 * A chain: every window overlaps the next one by half, so neighbours exclude each other, and the
 * first and the third do not.
 *
 *     A       [AAAAAAAA]
 *     B           [BBBBBBBB]
 *     C               [CCCCCCCC]
 *     units    0   1   2   3   4
 *
 * Seen in 20 s of all scenarios on Linux 6.18, 2 CPUs; nothing else was:
 *
 *     hint-munmap      owner 36486, lost 38292
 *     fixed-noreplace  owner 96229, lost 755489
 */
export const staggered: Race = {
  id: "staggered",
  summary: "a chain of overlaps: no two overlapping owners",
  windows: [
    { start: 0, units: 2 },
    { start: 1, units: 2 },
    { start: 2, units: 2 },
  ],
  actors: 4,
  touch: false,
  alwaysPlaced: false,
};
