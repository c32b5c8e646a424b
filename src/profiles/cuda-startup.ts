/**
 * The mail that asked for the flag: CUDA's cuInit() reads /proc/self/maps, asks for the lowest gap
 * with a hint, unmaps what landed elsewhere and looks again above; then it maps device files into
 * what it has with MAP_FIXED, and frees them by mapping over them without access. The reservation
 * is for life. The driver is closed: its size is that of one public trace, 4 GiB and 2 MiB. Others
 * show 16 GiB and 2 MiB (DMTCP-CRAC/CRAC-early-development, issue 8), or 36 GiB and, after another
 * look at the maps, 8 GiB more up to 0xd00000000 (ropensci/magick, issue 193). The pieces are those
 * of opencv/opencv, issue 7637: 1 or 4 MiB, 16 KiB, and nothing up to a multiple of 128 KiB.
 *
 *     0x200000000 [1 MiB|16 KiB|none  ][4 MiB|16 KiB|none  ][4 MiB ...        ] 0x300200000
 *
 * Here anonymous memory stands in for the device files, and pieces follow each other directly. The
 * limit of attempts is ours: no trace shows one.
 */

import { address } from "../model.ts";
import type { Profile } from "./profile.ts";
import { KiB, MiB } from "./sizes.ts";
import { carveWay, reserveOnce, searchingWays } from "./ways.ts";

const bytes = 4_297_064_448;
const way = searchingWays({ search: "maps-text", retry: "next-gap" });

export const cudaStartup: Profile = {
  id: "cuda-startup",
  summary: "CUDA: 4 GiB for life at an address that CPU and GPU share, found in the maps",
  source:
    "cuInit() of libcuda (closed): the mail of 21 November 2017 on MAP_FIXED_SAFE, steps (a) to " +
    "(c); ropensci/magick issue 193 (trace), opencv/opencv issue 7637 (maps)",
  constraints: {
    low: address(0x200000000),
    high: address(0xd00000000),
    bytes,
    alignBytes: 2 * MiB,
  },
  prot: "none",
  stepBytes: 2 * MiB,
  leastBytes: bytes,
  tries: 32,
  followsLast: false,
  hold: 2,
  actors: 2,
  interlopers: 1,
  ways: [
    way("hint-munmap"),
    way("fixed-noreplace"),
    way("fixed-noreplace", { search: "procmap-query" }),
    way("fixed-noreplace", { search: "cached-maps" }),
    way("check-then-fixed"),
    way("check-then-fixed", { id: "process-lock", locked: true }),
    reserveOnce,
  ],
  carving: {
    way: carveWay("map-fixed", "map-fixed-none", false),
    pieces: [1 * MiB, 16 * KiB, 4 * MiB, 16 * KiB],
  },
};
