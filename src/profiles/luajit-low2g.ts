/**
 * LuaJIT without GC64 has pointers of 31 bits. MAP_32BIT gives it 1 GiB of that at most; then
 * mmap_probe() hints behind its last place, keeps whatever lands in the range, and unmaps the rest.
 * After a miss it adds 16 MiB, five times, hints nothing once, and then draws addresses at random,
 * 30 attempts in all. Segments are multiples of 128 KiB, readable and writable at once, and kept.
 *
 *     0x10000 [AAAAAAAA|BBBB....|........|.....] 2 GiB
 *                     ^ A misses    ^ and tries 16 MiB further up
 *
 * Here all retries add 16 MiB, and the first reservation begins at the low end instead of unhinted.
 */

import { address } from "../model.ts";
import type { Profile } from "./profile.ts";
import { anyPageBytes, GiB, KiB, MiB } from "./sizes.ts";
import { searchingWays } from "./ways.ts";

const bytes = 128 * KiB;
const way = searchingWays({ search: "none", retry: "next-step" });

export const luajitLow2g: Profile = {
  id: "luajit-low2g",
  summary: "LuaJIT: 128 KiB of memory anywhere below 2 GiB, one behind the other",
  source: "LuaJIT/LuaJIT src/lj_alloc.c: mmap_probe(), LJ_ALLOC_MMAP_PROBE_MAX",
  constraints: {
    low: address(0x10000),
    high: address(2 * GiB),
    bytes,
    alignBytes: anyPageBytes,
  },
  scaled:
    "from 0x10000, the usual vm.mmap_min_addr, instead of 0x4000, which the kernel refuses; " +
    "at multiples of 64 KiB, not of a page",
  prot: "rw",
  stepBytes: 16 * MiB,
  leastBytes: bytes,
  tries: 30,
  followsLast: true,
  hold: 160,
  actors: 2,
  interlopers: 1,
  ways: [way("hint-munmap", { acceptsInRange: true }), way("fixed-noreplace")],
};
