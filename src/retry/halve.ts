import { address } from "../model.ts";
import { alignDown, lowestPlace } from "./places.ts";
import type { RetryRule } from "./retry.ts";

/** ROCm's: less memory somewhere rather than all of it nowhere. */
export const halve: RetryRule = {
  id: "halve",
  summary: "goes up by a fixed step through the whole range, then again for half the size",
  keepsPieces: false,
  *candidates({ constraints, from, stepBytes, leastBytes }) {
    const { high, alignBytes } = constraints;
    const least = Math.max(leastBytes, alignBytes);
    const lowest = lowestPlace(constraints, from);
    let { bytes } = constraints;
    do {
      for (let at = lowest; at + bytes <= high; at += stepBytes) {
        if (yield { at: address(at), bytes }) return;
      }
      bytes = alignDown(bytes / 2, alignBytes);
    } while (bytes >= least);
  },
};
