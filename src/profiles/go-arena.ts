/**
 * Go's mheap.sysAlloc() grows the heap by arenas of 64 MiB at a list of hints, 0xc000000000 and up
 * by 1 TiB: what it gets moves the hint behind it, what it misses drops the hint for good. A
 * comment there wishes for a sysReserve that returns the requested address or nothing. mheap.grow()
 * then commits whole chunks of 4 MiB with MAP_FIXED (sysMapOS), and gives them back by advice
 * (sysUnusedOS). The heap has the hints 0 to 0x3f, the other half are for user arenas.
 *
 *     hint 0   [arena|arena|arena|......]  hint 1  [.................]  ... hint 63
 *                                 ^ next            ^ after a miss
 *
 * Here a miss jumps one distance on from where it was, not to the begin of the next hint, and who
 * has come to the end begins anew.
 */

import { address } from "../model.ts";
import type { Profile } from "./profile.ts";
import { GiB, MiB } from "./sizes.ts";
import { carveWay, reserveOnce, searchingWays } from "./ways.ts";

const bytes = 64 * MiB;
const low = 0xc000000000;
const hints = 64;
const hintDistanceBytes = 1 * GiB;
const way = searchingWays({ search: "none", retry: "next-step" });

export const goArena: Profile = {
  id: "go-arena",
  summary: "Go: heap arenas of 64 MiB one behind the other, from 0xc000000000",
  source:
    "golang/go src/runtime/malloc.go: mallocinit(), mheap.sysAlloc(); src/runtime/mheap.go: " +
    "mheap.grow(); src/runtime/mem_linux.go: sysReserveOS(), sysMapOS()",
  constraints: {
    low: address(low),
    high: address(low + hints * hintDistanceBytes),
    bytes,
    alignBytes: bytes,
  },
  scaled:
    "hints 1 GiB apart instead of 1 TiB (4 GiB in builds with the race detector), so that two " +
    "heaps in one process meet as often as every 16 arenas",
  prot: "none",
  stepBytes: hintDistanceBytes,
  leastBytes: bytes,
  tries: hints,
  followsLast: true,
  hold: 23,
  actors: 2,
  interlopers: 1,
  ways: [way("hint-munmap"), way("fixed-noreplace"), reserveOnce],
  carving: {
    way: carveWay("map-fixed", "dontneed", false),
    pieces: [4 * MiB, 4 * MiB, 4 * MiB, 4 * MiB],
  },
};
