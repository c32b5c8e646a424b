import { MAP_FIXED } from "../sys/constants.ts";
import type { Strategy } from "./strategy.ts";

/** The negative control: plain MAP_FIXED takes the window from whoever has it. */
export const fixed: Strategy = {
  id: "fixed",
  summary: "negative control: plain MAP_FIXED, which clobbers; runs in forks of its own",
  flags: MAP_FIXED,
  addressed: true,
  fallsBack: false,
  clobbers: true,
  callsPerLostAttempt: undefined,
};
