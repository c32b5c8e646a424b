/**
 * DynamoRIO's os_heap_reserve_in_region() wants its code cache where a 32-bit displacement reaches
 * the application: it walks /proc/self/maps for the first gap, asks for its upper end, and after a
 * loss walks on from behind that gap; it gives up at the 129th loss. The closest relative of the
 * mail's step (a). It asks with the flag since August 2024 (pull request 6922), because Linux 6.7
 * had ignored its hints, and takes the flag away where the kernel answers EINVAL.
 *
 *     app - 2 GiB [....####|...wanted|#######|.....####....] app + 2 GiB
 *                               ^ first gap that is large enough, from its end
 *
 * Here a gap is taken from its low end: the same race at the other edge.
 */

import { address } from "../model.ts";
import type { Profile } from "./profile.ts";
import { anyPageBytes, GiB, MiB } from "./sizes.ts";
import { searchingWays } from "./ways.ts";

const bytes = 128 * MiB;
const app = 0x600000000000;
const way = searchingWays({ search: "maps-text", retry: "next-gap" });

export const dynamorioRegion: Profile = {
  id: "dynamorio-region",
  summary: "DynamoRIO: a code cache within 2 GiB of the application, in a gap of the maps",
  source:
    "DynamoRIO/dynamorio core/unix/os.c: os_heap_reserve_in_region(), os_heap_reserve(); " +
    "core/heap.c: vmm_place_vmcode(); core/optionsx.h: vm_size",
  constraints: {
    low: address(app - 2 * GiB),
    high: address(app + 2 * GiB),
    bytes,
    alignBytes: anyPageBytes,
  },
  scaled:
    "128 MiB, the default of 32-bit builds, instead of 1 GiB, of which a reach of 4 GiB has room " +
    "for three; around 0x600000000000, where no program is; at multiples of 64 KiB, not of a page",
  prot: "none",
  stepBytes: anyPageBytes,
  leastBytes: bytes,
  tries: 129,
  followsLast: false,
  hold: 7,
  actors: 2,
  interlopers: 1,
  ways: [
    way("noreplace-or-hint"),
    way("hint-munmap"),
    way("noreplace-or-hint", { search: "procmap-query" }),
    way("noreplace-or-hint", { search: "cached-maps" }),
    way("check-then-fixed"),
  ],
};
