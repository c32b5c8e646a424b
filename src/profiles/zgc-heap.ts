/**
 * ZGC puts the heap where one bit of every address says that it is one: at the heap base, first of
 * all 4 TiB, and below twice that. It wants 16 times the heap in one piece, and tries at most 8192
 * places spread evenly over the range (reserve_contiguous); only when none is free does it halve in
 * place, down to a hundredth (reserve_discontiguous), as wine-startup does. pd_reserve() passes the
 * flag, compares the address, and unmaps what is elsewhere. Granules of 2 MiB are mapped from a
 * file with MAP_FIXED, and given back by mapping over them without access.
 *
 *     4 TiB [heap|....|....|....|  ...  ] 8 TiB         a place every 504 MiB
 *            ^ other heap: 131 places are lost before the first that is clear of it
 *
 * The size is that of a heap of 4 GiB. Here anonymous memory stands in for the file.
 */

import { address } from "../model.ts";
import type { Profile } from "./profile.ts";
import { GiB, MiB } from "./sizes.ts";
import { carveWay, overReserve, searchingWays } from "./ways.ts";

const granuleBytes = 2 * MiB;
const heapBytes = 4 * GiB;
const bytes = 16 * heapBytes;
const heapBase = 2 ** 42;
const places = 8192;
const way = searchingWays({ search: "none", retry: "next-step" });

export const zgcHeap: Profile = {
  id: "zgc-heap",
  summary: "ZGC: 16 times a heap of 4 GiB in one piece, at one of 8192 places",
  source:
    "openjdk/jdk src/hotspot/share/gc/z/zVirtualMemoryManager.cpp: reserve_contiguous(); " +
    "os/posix/gc/z/zVirtualMemoryManager_posix.cpp: pd_reserve(); share/gc/z/zAddress.hpp",
  constraints: {
    low: address(heapBase),
    high: address(2 * heapBase),
    bytes,
    alignBytes: granuleBytes,
  },
  prot: "none",
  stepBytes: Math.ceil((heapBase - bytes) / places / granuleBytes) * granuleBytes,
  leastBytes: Math.ceil(bytes / 100 / granuleBytes) * granuleBytes,
  tries: places,
  followsLast: false,
  hold: 1,
  actors: 2,
  interlopers: 1,
  ways: [
    way("fixed-noreplace"),
    way("hint-munmap"),
    way("fixed-noreplace", { retry: "both-ends" }),
    overReserve,
  ],
  carving: {
    way: carveWay("map-fixed", "map-fixed-none", false),
    pieces: [granuleBytes, granuleBytes, granuleBytes, granuleBytes],
  },
};
