import type { Race } from "../race.ts";

/**
 * Neighbours without a gap. Nobody is ever in the other's way, though their mappings may merge.
 *
 *     A       [AAAAAAAA]
 *     B               [BBBBBBBB]
 *     units    0   1   2   3   4
 *
 * Seen in 20 s of all scenarios on Linux 6.18, 2 CPUs; nothing else was:
 *
 *     hint-munmap      owner 72634
 *     fixed-noreplace  owner 128823
 */
export const adjacent: Race = {
  id: "adjacent",
  summary: "windows side by side: both are always placed",
  windows: [
    { start: 0, units: 2 },
    { start: 2, units: 2 },
  ],
  actors: 2,
  touch: false,
  alwaysPlaced: true,
};
