/**
 * TCMalloc writes in three bits of an address what the memory there is for, and so has to choose
 * addresses: MmapAlignedLocked() asks for 1 GiB at a multiple of 1 GiB, behind its last place first
 * and then at random, 1000 times. It uses the flag where its test at run time finds it to work (one
 * page mapped, two asked for from one page below), else hint and unmap. MmapRegion::Alloc() makes
 * multiples of 2 MiB accessible with mprotect; a region is never unmapped, only advised.
 *
 *     bits 46 45 | 44 43 42 | 41 ... 30 | 29 ... 0
 *          any   |   tag    |  random   |  zero       ordinary memory has tag 4
 *
 * Here every attempt is at random: two heaps that go upwards side by side would hardly ever meet.
 */

import { address } from "../model.ts";
import type { Profile } from "./profile.ts";
import { GiB, MiB } from "./sizes.ts";
import { carveWay, overReserve, searchingWays } from "./ways.ts";

const bytes = 1 * GiB;
const low = 0x100000000000;
const way = searchingWays({ search: "none", retry: "random" });

export const tcmallocTagged: Profile = {
  id: "tcmalloc-tagged",
  summary: "TCMalloc: 1 GiB at a multiple of 1 GiB whose address carries a tag",
  source:
    "google/tcmalloc tcmalloc/internal/system_allocator.h: MmapAlignedLocked(), " +
    "RandomMmapHint(), MapFixedNoReplaceFlagAvailable(); tcmalloc/internal/memory_tag.h",
  constraints: { low: address(low), high: address(low + 64 * GiB), bytes, alignBytes: bytes },
  scaled: "64 GiB of the 4 TiB with one tag, so that chance makes a third of the attempts meet",
  prot: "none",
  stepBytes: bytes,
  leastBytes: bytes,
  tries: 1000,
  followsLast: false,
  hold: 11,
  actors: 2,
  interlopers: 1,
  ways: [way("noreplace-or-hint"), way("hint-munmap"), overReserve],
  carving: {
    way: carveWay("mprotect", "dontneed", false),
    pieces: [2 * MiB, 2 * MiB, 2 * MiB, 2 * MiB],
  },
};
