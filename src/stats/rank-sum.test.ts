import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { familyConfidence } from "./bonferroni.ts";
import { mostPairings, rankSumInterval } from "./rank-sum.ts";

const upTo = (n: number, step: number) => Array.from({ length: n }, (_, index) => index * step);

/** Two samples whose differences, in order, are 1 - m, 2 - m and so on: all distinct. */
const ladder = (m: number, n: number) => [upTo(m, 1), upTo(n, m)] as const;

describe("rankSumInterval()", () => {
  // Sizes, then the largest Mann-Whitney U that is significant in a two-sided test at 5 % and at
  // 1 %: R. C. Milton, "An extended table of critical values for the Mann-Whitney (Wilcoxon)
  // two-sample statistic", JASA 59 (1964), 925-934.
  const criticals: [number, number, number, number][] = [
    [2, 7, -1, -1],
    [2, 8, 0, -1],
    [3, 4, -1, -1],
    [3, 5, 0, -1],
    [4, 4, 0, -1],
    [4, 5, 1, -1],
    [5, 5, 2, 0],
    [5, 7, 5, 1],
    [5, 10, 8, 4],
    [6, 6, 5, 2],
    [6, 9, 10, 5],
    [7, 7, 8, 4],
    [7, 10, 14, 9],
    [8, 8, 13, 7],
    [8, 12, 22, 15],
    [9, 9, 17, 11],
    [10, 10, 23, 16],
    [10, 20, 55, 42],
    [12, 12, 37, 27],
    [15, 15, 64, 51],
    [20, 20, 127, 105],
  ];
  for (const [m, n, atFive, atOne] of criticals) {
    test(`takes differences ${atFive + 1} and ${atOne + 1} from each end for ${m} by ${n}`, () => {
      for (const [confidence, critical] of [[0.95, atFive] as const, [0.99, atOne] as const]) {
        for (const [first, second] of [[m, n] as const, [n, m] as const]) {
          const [baseline, candidate] = ladder(first, second);
          const found = rankSumInterval(baseline, candidate, confidence);
          assert.equal(found.state, critical === -1 ? "too-few" : "interval");
          if (found.state === "too-few") continue;
          const ranks = [found.lo + first, first * second + 1 - (found.hi + first)];
          assert.deepEqual(ranks, [critical + 1, critical + 1]);
          assert.ok(found.coverage >= confidence && found.n === Math.min(m, n));
        }
      }
    });
  }

  // Sizes, k at 95 %, and 1 - p of the exact two-sided test where U = k - 1: mannwhitneyu(...,
  // method="exact") of SciPy 1.17.
  const exact: [number, number, number, number][] = [
    [4, 5, 2, 0.9682539682539683],
    [10, 10, 24, 0.9567429474550218],
    [20, 20, 128, 0.9509096748106276],
    [10, 40, 120, 0.9501723662921406],
    [30, 30, 318, 0.9503800000353446],
    [40, 40, 597, 0.9501612720722605],
    [60, 60, 1427, 0.9502930274934023],
  ];
  for (const [m, n, rank, coverage] of exact) {
    test(`has the coverage of the exact test for ${m} by ${n}`, () => {
      const found = rankSumInterval(...ladder(m, n));
      assert.ok(found.state === "interval");
      assert.equal(found.lo + m, rank);
      assert.ok(Math.abs(found.coverage - coverage) < 1e-12, `${found.coverage}`);
    });
  }

  test("gives the interval of the membrane permeability example", () => {
    // Hollander, Wolfe and Chicken, examples 4.3 and 4.4: -0.305 and (-0.76, 0.15) at 96 %.
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const early = [1.15, 0.88, 0.9, 0.74, 1.21];
    const found = rankSumInterval(term, early);
    assert.ok(found.state === "interval");
    const rounded = [found.estimate, found.lo, found.hi].map((value) => value.toFixed(3));
    assert.deepEqual(rounded, ["-0.305", "-0.760", "0.150"]);
    assert.equal(found.coverage.toFixed(4), "0.9600");
  });

  test("refuses fewer values than the confidence needs, and says how many on each side", () => {
    const tooFew = (estimate: number | undefined, n: number, needed = 4) =>
      ({ state: "too-few", estimate, n, needed }) as const;
    assert.deepEqual(rankSumInterval([], []), tooFew(undefined, 0));
    assert.deepEqual(rankSumInterval([], [1, 2, 3, 4, 5, 6]), tooFew(undefined, 0));
    assert.deepEqual(rankSumInterval([1], [3]), tooFew(2, 1));
    assert.deepEqual(rankSumInterval([1, 2], [3, 4]), tooFew(2, 2));
    assert.deepEqual(rankSumInterval([1, 2, 3], [5, 6, 7]), tooFew(4, 3));
    assert.equal(rankSumInterval(...ladder(4, 4)).state, "interval");
    const ofSix = familyConfidence(0.95, 6);
    assert.deepEqual(rankSumInterval([1, 2, 3, 4], [1, 2, 3, 4], ofSix), tooFew(0, 4, 5));
    assert.equal(rankSumInterval(...ladder(5, 5), ofSix).state, "interval");
    const certain = tooFew(2, 1, Number.POSITIVE_INFINITY);
    assert.deepEqual(rankSumInterval([1], [3], 1), certain);
    assert.deepEqual(rankSumInterval([1], [3], Number.NaN), certain);
  });

  test("lets a large sample make up for a small one", () => {
    const found = rankSumInterval(...ladder(1, 39));
    assert.ok(found.state === "interval" && found.lo === 0 && found.hi === 38);
    assert.deepEqual([found.coverage, found.n], [0.95, 1]);
    assert.equal(rankSumInterval(...ladder(1, 38)).state, "too-few");
    assert.equal(rankSumInterval(...ladder(2, 8)).state, "interval");
  });

  test("refuses what has no rank, and more than it has room for", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      assert.throws(() => rankSumInterval([bad], [1]), /^RangeError: Cannot rank baseline\[0\]/);
      assert.throws(() => rankSumInterval([1], [2, bad]), /candidate\[1\]/);
    }
    assert.throws(() => rankSumInterval(upTo(120, 1), upTo(121, 1)), RangeError);
    for (const [m, n] of [[1, mostPairings] as const, [120, 120] as const]) {
      const found = rankSumInterval(...ladder(m, n));
      assert.ok(found.state === "interval" && found.coverage >= 0.95 && found.coverage < 0.9505);
    }
  });
});
