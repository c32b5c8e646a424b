import { MAP_FIXED_NOREPLACE } from "../sys/constants.ts";
import type { Strategy } from "./strategy.ts";

/** The flag of Linux 4.17: the window, or EEXIST and nothing to clean up. */
export const fixedNoreplace: Strategy = {
  id: "fixed-noreplace",
  summary: "mmap with MAP_FIXED_NOREPLACE; a taken window answers EEXIST",
  flags: MAP_FIXED_NOREPLACE,
  addressed: true,
  fallsBack: false,
  clobbers: false,
  callsPerLostAttempt: 1,
};
