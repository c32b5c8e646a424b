/**
 * Chooses among candidates that nothing stands against: first whoever is beaten by nobody, then
 * the simplest of those. A way beats another where a reservation takes less time at p50 or at p99,
 * so that an interval over forks says so, and not more at the other. Pure.
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
export type Criterion = "knowledge" | "calls" | "search" | "strategy" | "retry" | "order";

export interface Choice {
  readonly chosen: Candidate;
  /** As fast as can be told, each with what it was left for. */
  readonly ties: ReadonlyMap<string, Criterion>;
  /** The others, each with a way that beats it: the chosen one if that does. */
  readonly beatenBy: ReadonlyMap<string, string>;
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
function isFaster({ p50, p99 }: Comparison): boolean {
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
  const beatersOf = ({ way }: Candidate): string[] =>
    candidates.map((other) => other.way).filter((other) => beats(other, way));
  const beaters = new Map(candidates.map((each) => [each, beatersOf(each)]));
  const unbeaten = candidates.filter((each) => beaters.get(each)?.length === 0);
  // Comparisons with intervals may go in a circle; then time decides nothing.
  const isCircle = unbeaten.length === 0;
  const left = simplest(isCircle ? candidates : unbeaten);
  if (!left) return undefined;
  const beatenBy = new Map<string, string>();
  for (const [{ way }, by] of isCircle ? [] : beaters) {
    const beater = by.find((other) => other === left.chosen.way) ?? by[0];
    if (beater !== undefined) beatenBy.set(way, beater);
  }
  return { ...left, beatenBy };
}

/** From what asks least of a program to what asks most. */
const ranks: readonly (readonly [
  Criterion,
  (candidate: Candidate, all: readonly Candidate[]) => number,
])[] = [
  // An arena's size has to be known before the first reservation.
  ["knowledge", ({ parts }) => (parts?.kind === "reserve-once" ? 1 : 0)],
  ["calls", hasMoreCalls],
  ["search", ({ parts }) => searchOrder.indexOf(parts?.search ?? "")],
  // A lost hint takes two calls, and one for a free place may be refused.
  ["strategy", ({ parts }) => (parts?.strategy === "hint-munmap" ? 1 : 0)],
  ["retry", ({ parts }) => retryOrder.indexOf(parts?.retry ?? "")],
];

function simplest(candidates: readonly Candidate[]): Omit<Choice, "beatenBy"> | undefined {
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
