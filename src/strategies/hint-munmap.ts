import type { Strategy } from "./strategy.ts";

/** The address as a hint; what lands elsewhere is unmapped. Step (b) of the 2017 mail. */
export const hintMunmap: Strategy = {
  id: "hint-munmap",
  summary: "mmap with the address as a hint; munmap what the kernel put elsewhere",
  flags: 0,
  addressed: true,
  fallsBack: false,
  clobbers: false,
  callsPerLostAttempt: 2,
};
