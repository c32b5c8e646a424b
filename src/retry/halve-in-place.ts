import { address } from "../model.ts";
import { alignDown, lowestPlace } from "./places.ts";
import type { Candidate, RetryRule, RetryTools } from "./retry.ts";

/** Wine's reserve_area: all of the place that nobody else has, in the pieces that halving finds. */
export const halveInPlace: RetryRule = {
  id: "halve-in-place",
  summary: "the lowest place whole; what is lost is tried again as two halves, and all is kept",
  keepsPieces: true,
  *candidates(tools) {
    const { high, bytes } = tools.constraints;
    const at = lowestPlace(tools.constraints, tools.from);
    if (at + bytes <= high) yield* pieces(tools, at, bytes);
  },
};

function* pieces(
  tools: RetryTools,
  at: number,
  bytes: number,
): Generator<Candidate, void, boolean> {
  if (yield { at: address(at), bytes }) return;
  const { alignBytes } = tools.constraints;
  const lowerBytes = alignDown(bytes / 2, alignBytes);
  if (lowerBytes < Math.max(tools.leastBytes, alignBytes)) return;
  yield* pieces(tools, at, lowerBytes);
  yield* pieces(tools, at + lowerBytes, bytes - lowerBytes);
}
