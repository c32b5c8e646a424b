/**
 * One figure on two sides: the slowdown of the candidate with its exact interval. Pure; judges
 * nothing.
 */

import type { Change } from "../results/gate-schema.ts";
import { rankSumInterval } from "../stats/rank-sum.ts";
import type { ShiftInterval } from "../stats/shift.ts";
import { signedRankInterval } from "../stats/signed-rank.ts";

/** A figure of a run, by fork index; positive. */
export type ByFork = ReadonlyMap<number, number>;

/** How two sides are compared. */
export interface Comparing {
  /** Fork i of one side ran next to fork i of the other. */
  readonly paired: boolean;
  /** More is better, so less is slower. */
  readonly isRate: boolean;
  /** Of this interval alone. */
  readonly confidence: number;
}

/**
 * The slowdown as a fraction, from differences of logarithms: of adjacent forks by signed ranks, of
 * two separate samples by rank sums.
 */
export function slowdownOf(baseline: ByFork, candidate: ByFork, how: Comparing): Change {
  const sign = how.isRate ? -1 : 1;
  const log = (value: number) => sign * Math.log(value);
  if (!how.paired) {
    const [from, to] = [baseline, candidate].map((side) => [...side.values()].map(log));
    return changeOf(rankSumInterval(from ?? [], to ?? [], how.confidence));
  }
  const differences = [...candidate].flatMap(([pair, value]) => {
    const base = baseline.get(pair);
    return base === undefined ? [] : log(value) - log(base);
  });
  return changeOf(signedRankInterval(differences, how.confidence));
}

function changeOf(shift: ShiftInterval): Change {
  if (shift.state === "too-few") {
    const { n, needed, estimate } = shift;
    return {
      state: "too-few",
      estimate: estimate === undefined ? null : Math.expm1(estimate),
      n,
      needed,
    };
  }
  const { coverage, n } = shift;
  return {
    state: "interval",
    estimate: Math.expm1(shift.estimate),
    lo: Math.expm1(shift.lo),
    hi: Math.expm1(shift.hi),
    coverage,
    n,
  };
}
