/**
 * A checkpoint of a CUDA process gives its device mappings back, and the restore maps them again at
 * the same addresses with MAP_FIXED, while the threads of the process go on. What they map
 * meanwhile may lie in the hole, and is replaced without a word: google/gvisor, pull request 14776,
 * tells of stacks found zeroed. A mapping without access, asked for with the no-replace flag as
 * soon as the range is free, tells who was first; pull request 14008 says that the driver makes
 * such placeholders, and that gVisor ignored the flag.
 *
 *     before    [own  ]     ..... free, 56 MiB each
 *     munmap    .......
 *     meanwhile ...[interloper]
 *     restore   [own  ]erloper]     MAP_FIXED took the interloper's first pages
 */

import { address } from "../model.ts";
import type { Profile } from "./profile.ts";
import { MiB } from "./sizes.ts";
import { restorePlaceholder, restoreUnguarded } from "./ways.ts";

/** The largest piece of the trace: memory of /dev/nvidiactl at 0x200600000. */
const bytes = 56 * MiB;
const low = 0x200000000;

export const cudaCheckpoint: Profile = {
  id: "cuda-checkpoint",
  summary: "NVIDIA: gives ranges back for a checkpoint, and maps them again where they were",
  source:
    "cuCheckpointProcessRestore() of libcuda (closed): README of NVIDIA/cuda-checkpoint; " +
    "google/gvisor pull requests 14776 and 14008",
  constraints: { low: address(low), high: address(low + 8 * bytes), bytes, alignBytes: 2 * MiB },
  scaled:
    "a range of eight places instead of all that CUDA has, so that others come upon the holes",
  prot: "rw",
  stepBytes: 2 * MiB,
  leastBytes: bytes,
  tries: 1000,
  followsLast: false,
  hold: 0,
  actors: 2,
  interlopers: 2,
  ways: [restoreUnguarded, restorePlaceholder],
};
