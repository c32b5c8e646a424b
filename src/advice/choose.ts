/**
 * Chooses among candidates that nothing stands against: begins with the simplest, and goes on to
 * another only where that beats the one before directly. A hint has to beat the same with the flag
 * to be a candidate at all. A way beats another where a reservation takes less time at p50 or at
 * p99, so that an interval over forks says so, and not more at the other. Pure.
 */

import type { PathGroup } from "../report/path-samples.ts";
import { type Figure, ratioOf } from "../report/samples.ts";
import { excludesOne } from "../report/wording.ts";
import { type Candidate, retryOrder, searchOrder } from "./candidates.ts";

/** One way's times / another's, within forks. */
export interface Comparison {
  readonly p50: Figure;
  readonly p99: Figure;
}

/** What decides between ways that cannot be told apart by time, in this order. */
export type Criterion =
  | ("address" | "knowledge" | "calls" | "search" | "strategy" | "retry" | "order")
  /** It beats the last one that was passed, which these do not. */
  | "time";

export interface Choice {
  readonly chosen: Candidate;
  /** As fast as can be told, each with what it was left for. */
  readonly ties: ReadonlyMap<string, Criterion>;
  /** Hints that do not beat the same with the flag, each with that. */
  readonly twins: ReadonlyMap<string, string>;
  /** The simpler way that the chosen one beats and was taken for; undefined if it is simplest. */
  readonly passed: string | undefined;
}

/** A difference of less is not worth a more complicated program, whatever an interval says. */
const worthwhile = 0.95;
/** Numbers of calls that are the same for this purpose: chance makes some attempts lose. */
const sameCalls = 1.25;

/** Times of a way, divided by those of another. */
export function compare(group: PathGroup, way: string, other: string): Comparison {
  return {
    p50: ratioOf(group, way, other, (arm) => arm.reservationP50Ns),
    p99: ratioOf(group, way, other, (arm) => arm.reservationP99Ns),
  };
}

/** Whether the first of the two compared ways beats the second. */
export function isFaster({ p50, p99 }: Comparison): boolean {
  return (isLess(p50) || isLess(p99)) && !isMore(p50) && !isMore(p99);
}

function isLess(ratio: Figure): boolean {
  return excludesOne(ratio) && (ratio.median ?? 1) <= worthwhile;
}

function isMore(ratio: Figure): boolean {
  return excludesOne(ratio) && (ratio.median ?? 1) >= 1 / worthwhile;
}

/** The one to recommend of those that may be; undefined where there is none. */
export function choose(candidates: readonly Candidate[], group: PathGroup): Choice | undefined {
  const beats = (way: string, other: string) => isFaster(compare(group, way, other));
  const twins = new Map<string, string>();
  for (const { way, parts } of candidates) {
    const twin = flagTwinOf(parts, candidates);
    if (twin && !beats(way, twin.way)) twins.set(way, twin.way);
  }
  const left = candidates.filter(({ way }) => !twins.has(way));
  const start = simplest(left);
  if (!start) return undefined;
  let { chosen, ties: simpler } = start;
  const passed: string[] = [];
  for (;;) {
    const { way } = chosen;
    const next = simplest(left.filter((other) => beats(other.way, way)));
    if (!next) break;
    passed.push(way);
    ({ chosen, ties: simpler } = next);
    // Comparisons with intervals may go in a circle; then time decides nothing.
    if (passed.includes(chosen.way)) {
      ({ chosen, ties: simpler } = start);
      passed.length = 0;
      break;
    }
  }
  const ties = new Map<string, Criterion>();
  for (const { way } of candidates) {
    if (way === chosen.way || beats(chosen.way, way)) continue;
    const twin = twins.get(way);
    if (twin === undefined) ties.set(way, simpler.get(way) ?? "time");
    else if (twin === chosen.way) ties.set(way, "strategy");
  }
  return { chosen, ties, twins, passed: passed.at(-1) };
}

/** The same with the flag, of a race by hints; where the flag cannot be had it is no candidate. */
function flagTwinOf(
  parts: Candidate["parts"],
  candidates: readonly Candidate[],
): Candidate | undefined {
  if (parts?.kind !== "race" || parts.strategy !== "hint-munmap") return undefined;
  return candidates.find(
    ({ parts: other }) =>
      other?.kind === "race" &&
      other.strategy !== "hint-munmap" &&
      other.search === parts.search &&
      other.retry === parts.retry,
  );
}

/** From what asks least of a program to what asks most. */
const ranks: readonly (readonly [
  Criterion,
  (candidate: Candidate, all: readonly Candidate[]) => number,
])[] = [
  // A place that the kernel chooses cannot be lost; only where any address will do.
  ["address", ({ parts }) => (parts?.kind === "over-reserve" ? 0 : 1)],
  // An arena's size has to be known before the first reservation.
  ["knowledge", ({ parts }) => (parts?.kind === "reserve-once" ? 1 : 0)],
  ["calls", hasMoreCalls],
  ["search", ({ parts }) => searchOrder.indexOf(parts?.search ?? "")],
  // A lost hint takes two calls, and one for a free place may be refused.
  ["strategy", ({ parts }) => (parts?.strategy === "hint-munmap" ? 1 : 0)],
  ["retry", ({ parts }) => retryOrder.indexOf(parts?.retry ?? "")],
];

function simplest(candidates: readonly Candidate[]): Pick<Choice, "chosen" | "ties"> | undefined {
  const ties = new Map<string, Criterion>();
  let left = candidates;
  for (const [criterion, rankIn] of ranks) {
    const ranked = left.map((each) => ({ each, rank: rankIn(each, left) }));
    const best = Math.min(...ranked.map(({ rank }) => rank));
    for (const { each, rank } of ranked) if (rank > best) ties.set(each.way, criterion);
    left = ranked.filter(({ rank }) => rank === best).map(({ each }) => each);
  }
  const [chosen, ...others] = left;
  for (const { way } of others) ties.set(way, "order");
  return chosen && { chosen, ties };
}

function hasMoreCalls(candidate: Candidate, all: readonly Candidate[]): number {
  const fewest = Math.min(...all.map(callsOf));
  return callsOf(candidate) > fewest * sameCalls ? 1 : 0;
}

function callsOf({ row }: Candidate): number {
  return row?.figures.calls.median ?? 0;
}
