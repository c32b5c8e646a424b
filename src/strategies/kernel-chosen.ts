import type { Strategy } from "./strategy.ts";

/**
 * The control arm: mmap anywhere, then munmap. Its cost drifts with the machine, not with the race.
 */
export const kernelChosen: Strategy = {
  id: "kernel-chosen",
  summary: "control: mmap with no address, then munmap",
  flags: 0,
  addressed: false,
  fallsBack: false,
  clobbers: false,
  callsPerLostAttempt: undefined,
};
