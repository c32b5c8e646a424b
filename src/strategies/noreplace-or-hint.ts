import { MAP_FIXED_NOREPLACE } from "../sys/constants.ts";
import type { Strategy } from "./strategy.ts";

/**
 * What portable code does: pass the flag, compare the address, clean up where the kernel did not
 * know the flag; where it rejects the flag, the hint. On a kernel that knows it, fixed-noreplace.
 */
export const noreplaceOrHint: Strategy = {
  id: "noreplace-or-hint",
  summary: "portable: MAP_FIXED_NOREPLACE, and a hint's cleanup where the kernel ignores it",
  flags: MAP_FIXED_NOREPLACE,
  addressed: true,
  fallsBack: true,
  clobbers: false,
  callsPerLostAttempt: 1,
};
