import { address } from "../model.ts";
import { highestPlace, lowestPlace } from "./places.ts";
import type { RetryRule } from "./retry.ts";

/** What two callers hardly ever do is choose the same place of a range that has many. */
export const random: RetryRule = {
  id: "random",
  summary: "any aligned place in the range, each as likely as the others, without end",
  keepsPieces: false,
  *candidates({ constraints, random: fraction }) {
    const { low, bytes, alignBytes } = constraints;
    const lowest = lowestPlace(constraints, low);
    const places = (highestPlace(constraints) - lowest) / alignBytes + 1;
    if (places < 1) return;
    for (;;) {
      const at = lowest + Math.floor(fraction() * places) * alignBytes;
      if (yield { at: address(at), bytes }) return;
    }
  },
};
