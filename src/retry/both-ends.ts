import { address } from "../model.ts";
import { highestPlace, lowestPlace } from "./places.ts";
import type { RetryRule } from "./retry.ts";

/** The order of HotSpot's attempt_reserve_memory_between: the ends are the last to fill up. */
export const bothEnds: RetryRule = {
  id: "both-ends",
  summary: "the lowest place, the highest, the next lowest, and so on inwards by a fixed step",
  keepsPieces: false,
  *candidates({ constraints, from, stepBytes }) {
    const { bytes } = constraints;
    let lower = lowestPlace(constraints, from);
    let upper = highestPlace(constraints);
    for (; lower <= upper; lower += stepBytes, upper -= stepBytes) {
      if (yield { at: address(lower), bytes }) return;
      if (upper > lower && (yield { at: address(upper), bytes })) return;
    }
  },
};
