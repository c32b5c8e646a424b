/**
 * Wine keeps addresses free that Windows programs expect: without its preloader, mmap_init() calls
 * reserve_area() for three ranges, each asked for whole with the flag; what is refused is halved,
 * at multiples of 64 KiB, and every piece that can be had is kept.
 *
 *     0x7f000000 [whole?                         ] 0x7fff0000
 *                [half?          |half?          ]
 *                [had            |had    |#|had  ]     # somebody else's
 *
 * The second of the three is taken: in the first lies the program that measures, in the third its
 * stack.
 */

import { address } from "../model.ts";
import type { Profile } from "./profile.ts";
import { KiB } from "./sizes.ts";
import { searchingWays } from "./ways.ts";

const low = 0x7f000000;
const high = 0x7fff0000;
const granuleBytes = 64 * KiB;
const granules = (high - low) / granuleBytes;
const way = searchingWays({ search: "none", retry: "halve-in-place" });

export const wineStartup: Profile = {
  id: "wine-startup",
  summary: "Wine: all that can be had of a range of 16 MiB, in as few pieces as halving finds",
  source:
    "wine-mirror/wine dlls/ntdll/unix/virtual.c: mmap_init(), reserve_area(), " +
    "anon_mmap_tryfixed()",
  constraints: {
    low: address(low),
    high: address(high),
    bytes: high - low,
    alignBytes: granuleBytes,
  },
  scaled:
    "one of three ranges, without 0x10000-0x68000000 and 0x7ffffe000000-0x7fffffff0000; each " +
    "caller asks for all of it, so that two share it piece by piece",
  prot: "none",
  stepBytes: granuleBytes,
  leastBytes: granuleBytes,
  // Every node of the tree of halves: a range that somebody else has costs them all.
  tries: 2 * granules - 1,
  followsLast: false,
  hold: 0,
  actors: 2,
  interlopers: 0,
  ways: [way("fixed-noreplace"), way("hint-munmap")],
};
