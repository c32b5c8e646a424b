import { type Address, address } from "../model.ts";
import type { Candidate, RetryRule, RetryTools } from "./retry.ts";

/** Takes nothing for granted after a loss: looks again, from just above the lost place. */
export const nextGap: RetryRule = {
  id: "next-gap",
  summary: "searches again from just above the lost place; once more from the low end",
  keepsPieces: false,
  *candidates(tools) {
    const { low } = tools.constraints;
    if (yield* upwards(tools, tools.from)) return;
    if (tools.from > low) yield* upwards(tools, low);
  },
};

/** Returns whether a place was had. */
function* upwards(
  { constraints: { bytes, alignBytes }, find }: RetryTools,
  from: Address,
): Generator<Candidate, boolean, boolean> {
  let at = find(from, bytes);
  while (at !== undefined) {
    if (yield { at, bytes }) return true;
    at = find(address(at + alignBytes), bytes);
  }
  return false;
}
