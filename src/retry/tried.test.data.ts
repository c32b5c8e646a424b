/** A caller of a retry rule without a kernel: what it wins is said beforehand. */

import { address } from "../model.ts";
import type { Candidate, RetryRule, RetryTools } from "./retry.ts";

export const page = 4096;

/** A range of sixteen pages from page 16; a search that leaves the looking to the caller. */
export function toolsOf(changes: Partial<RetryTools> = {}): RetryTools {
  const constraints = {
    low: address(16 * page),
    high: address(32 * page),
    bytes: 4 * page,
    alignBytes: page,
    ...changes.constraints,
  };
  const { low, high, alignBytes } = constraints;
  return {
    from: low,
    stepBytes: 4 * page,
    leastBytes: constraints.bytes,
    find: (from, bytes) => {
      const at = Math.ceil(Math.max(low, from) / alignBytes) * alignBytes;
      return at + bytes <= high ? address(at) : undefined;
    },
    random: () => 0,
    ...changes,
    constraints,
  };
}

/** The places that a rule tries, at most `most`; `wins` says which it has. */
export function tried(
  rule: RetryRule,
  tools: RetryTools,
  { wins = () => false, most = 1000 }: { wins?: (place: Candidate) => boolean; most?: number } = {},
): Candidate[] {
  const places: Candidate[] = [];
  const candidates = rule.candidates(tools);
  let next = candidates.next();
  while (!next.done) {
    places.push(next.value);
    if (places.length === most) return places;
    next = candidates.next(wins(next.value));
  }
  return places;
}

/** Page numbers and lengths in pages, to be read by people. */
export function inPages(places: readonly Candidate[]): [at: number, pages: number][] {
  return places.map(({ at, bytes }) => [at / page, bytes / page]);
}

/** The same for places that all have the wanted size. */
export function pagesOf(places: readonly Candidate[]): number[] {
  return places.map(({ at }) => at / page);
}
