/**
 * The mail's step (c) alone: what it costs an owner to commit a piece of its reservation and to
 * free it again. CUDA commits with MAP_FIXED and frees by mapping over the piece without access;
 * others commit with mprotect, or free by advice, which gives the memory back and keeps the
 * mapping. An munmap leaves a hole that others may take before the owner does.
 *
 *     reservation |none|none|none|none|    commit      |none|rw..|none|none|
 *                                          free        |none|none|none|none|
 *                                          munmap      |none|    |none|none|
 *
 * Not here: mprotect of a piece that was unmapped, which fails, and advice on a piece that nobody
 * touched, which has nothing to give back.
 */

import { address } from "../model.ts";
import type { Profile } from "./profile.ts";
import { MiB } from "./sizes.ts";
import { carveWay } from "./ways.ts";

const bytes = 64 * MiB;
const low = 0x200000000;
const first = carveWay("map-fixed", "map-fixed-none", false);

export const carve: Profile = {
  id: "carve",
  summary: "carving alone: pieces of 1 MiB committed and freed inside 64 MiB of one's own",
  source: "the mail of 21 November 2017 on MAP_FIXED_SAFE, step (c): mmap() with MAP_FIXED",
  constraints: { low: address(low), high: address(low + 16 * bytes), bytes, alignBytes: 2 * MiB },
  scaled:
    "64 MiB instead of the 4 GiB of cuda-startup: what carving costs is a matter of the piece",
  prot: "none",
  stepBytes: 2 * MiB,
  leastBytes: bytes,
  tries: 32,
  followsLast: false,
  hold: 0,
  actors: 2,
  interlopers: 0,
  ways: [
    first,
    carveWay("map-fixed", "munmap", false),
    carveWay("mprotect", "map-fixed-none", false),
    carveWay("map-fixed", "map-fixed-none", true),
    carveWay("map-fixed", "munmap", true),
    carveWay("map-fixed", "dontneed", true),
    carveWay("map-fixed", "madv-free", true),
    carveWay("mprotect", "map-fixed-none", true),
    carveWay("mprotect", "dontneed", true),
    carveWay("mprotect", "madv-free", true),
  ],
  carving: { way: first, pieces: [1 * MiB] },
};
