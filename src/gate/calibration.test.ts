import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  neighbourLogs,
  type PairedLogs,
  type Rates,
  ratesOf,
  recommend,
  slowdowns,
} from "./calibration.ts";
import { judge } from "./judge.ts";

const thresholds = { slowerPercent: 5, toleratedPercent: 10 };
const asked = { pairs: 20, comparisons: 200, seed: 1 };

/** Between -`spread` and `spread`, most near 0, as differences between neighbouring forks are. */
function noise(spread: number, metrics = 2, pairs = 30): PairedLogs {
  const phases = [3.1, 7.7, 12.9];
  return Array.from({ length: metrics }, (_, metric) =>
    Array.from({ length: pairs }, (_, pair) => {
      const mixed = phases.map((phase) => Math.sin((pair + 1) * (phase + metric)));
      return (spread * mixed.reduce((a, b) => a + b, 0)) / phases.length;
    }),
  );
}

const ratesBy = (logs: PairedLogs, pairs: number) =>
  ratesOf(logs, { ...asked, pairs }, thresholds, true);

describe("neighbourLogs()", () => {
  const byFork = (...values: (number | undefined)[]) =>
    new Map(values.flatMap((value, fork) => (value === undefined ? [] : [[fork, value]])));
  const e = Math.E;
  const table: readonly [what: string, ReturnType<typeof byFork>[], number, number[][]][] = [
    ["compares fork 2i + 1 with fork 2i", [byFork(1, e, 1, 1 / e)], 4, [[1, -1]]],
    ["leaves an odd fork out", [byFork(1, e, 5)], 3, [[1]]],
    ["takes a pair with the fork that is missing", [byFork(1, undefined, 1, e)], 4, [[1]]],
    [
      "takes a pair from all metrics where one lacks it",
      [byFork(1, 1, 1, e), byFork(undefined, 1, 1, 1 / e)],
      4,
      [[1], [-1]],
    ],
    [
      "does not make up a pair of what is left of two",
      [byFork(undefined, 1, e, undefined)],
      4,
      [[]],
    ],
    ["has a list for every metric of no forks", [byFork(), byFork()], 0, [[], []]],
  ];
  for (const [what, metrics, forks, logs] of table) {
    test(what, () => {
      assert.deepEqual(neighbourLogs(metrics, forks), logs);
    });
  }
});

describe("ratesOf()", () => {
  test("raises no alarm and leaves nothing open where the machine holds still", () => {
    const rates = ratesBy(noise(0.02, 5), 10);
    assert.deepEqual([rates.regressed, rates.improved, rates.inconclusive], [0, 0, 0]);
    for (const metric of rates.metrics) {
      assert.ok(metric.halfWidth > 0 && metric.halfWidth < 0.05);
      assert.ok(metric.detectable > 0.05 && metric.detectable < 0.1);
    }
  });

  test("calls a real difference by its name where the sides are not the same code", () => {
    for (const [shift, verdict] of [[0.2, "regressed"] as const, [-0.2, "improved"] as const]) {
      const logs = noise(0.02).map((of) => of.map((log) => log + shift));
      const rates = ratesOf(logs, asked, thresholds, false);
      assert.equal(rates[verdict], 1);
      for (const metric of rates.metrics) assert.equal(metric[verdict], 1);
      // A coin for each pair would turn the difference into noise.
      assert.equal(ratesOf(logs, asked, thresholds, true)[verdict], 0);
    }
  });

  test("finds smaller slowdowns with more pairs, with narrower intervals", () => {
    const logs = noise(0.15);
    const byPairs = [10, 20, 40, 60].map((pairs) => ratesBy(logs, pairs));
    for (const [index, { metrics }] of byPairs.slice(1).entries()) {
      for (const [metric, { detectable, halfWidth }] of metrics.entries()) {
        const fewer = byPairs[index]?.metrics[metric];
        assert.ok(fewer && detectable < fewer.detectable && halfWidth < fewer.halfWidth);
      }
    }
  });

  test("finds larger slowdowns more often; what it calls detectable, in 95 %", () => {
    const spread = fc.double({ min: 0.01, max: 0.3, noNaN: true });
    fc.assert(
      fc.property(spread, fc.integer({ min: 8, max: 40 }), fc.nat(), (width, pairs, seed) => {
        const rates = ratesOf(noise(width), { pairs, comparisons: 60, seed }, thresholds, true);
        for (const { power, detectable, regressed } of rates.metrics) {
          for (const [index, percent] of slowdowns.entries()) {
            const found = power[index] ?? Number.NaN;
            assert.ok(found >= (power[index - 1] ?? regressed), `${percent} %: ${power}`);
            assert.equal(found >= 0.95, percent / 100 > detectable, `${percent} %: ${detectable}`);
          }
        }
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  test("has the power that a slowed candidate would show", () => {
    const logs = noise(0.1);
    const { metrics } = ratesOf(logs, asked, thresholds, false);
    for (const [index, percent] of slowdowns.entries()) {
      const slowed = logs.map((of) => of.map((log) => log + Math.log1p(percent / 100)));
      const shown = ratesOf(slowed, asked, thresholds, false).metrics;
      for (const [metric, { regressed }] of shown.entries()) {
        const power = metrics[metric]?.power[index] ?? Number.NaN;
        assert.ok(Math.abs(power - regressed) <= 1 / asked.comparisons, `${percent} %`);
      }
    }
  });

  test("judges as the gate does", () => {
    const change = fc.integer({ min: -300, max: 300 }).map((perMille) => (perMille + 0.5) / 1000);
    const limits = fc.constantFrom([5, 10], [1, 2], [20, 20], [150, 200]);
    const single = { ...asked, comparisons: 1 };
    fc.assert(
      fc.property(change, limits, (slowdown, [slowerPercent = 0, toleratedPercent = 0]) => {
        const own = { slowerPercent, toleratedPercent };
        const interval = { estimate: slowdown, lo: slowdown, hi: slowdown, coverage: 1, n: 20 };
        const { verdict } = judge({ state: "interval", ...interval }, own, "pairs");
        const rates = ratesOf([[Math.log1p(slowdown)]], single, own, false);
        for (const each of ["regressed", "improved", "inconclusive"] as const) {
          assert.equal(rates[each], verdict === each ? 1 : 0);
          assert.equal(rates.metrics[0]?.[each], verdict === each ? 1 : 0);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test("counts a whole comparison by its worst metric", () => {
    const own = { slowerPercent: 5, toleratedPercent: 5 };
    const [regressed, inconclusive, improved, passed] = [0.2, 0.05, -0.2, 0].map((slowdown) => [
      Math.log1p(slowdown),
    ]) as [number[], number[], number[], number[]];
    const table: readonly [PairedLogs, shares: [number, number, number]][] = [
      [
        [passed, improved, inconclusive, regressed],
        [1, 0, 0],
      ],
      [
        [passed, improved, inconclusive],
        [0, 1, 0],
      ],
      [
        [passed, improved],
        [0, 0, 1],
      ],
      [
        [passed, passed],
        [0, 0, 0],
      ],
    ];
    for (const [logs, shares] of table) {
      const rates = ratesOf(logs, asked, own, false);
      assert.deepEqual([rates.regressed, rates.inconclusive, rates.improved], shares);
    }
  });

  test("calls comparisons of too few pairs inconclusive, not passed", () => {
    const rates = ratesBy(noise(0.01), 5);
    assert.deepEqual([rates.regressed, rates.improved, rates.inconclusive], [0, 0, 1]);
    for (const { inconclusive, power } of rates.metrics) {
      assert.equal(inconclusive, 1);
      assert.deepEqual(new Set(power), new Set([0]));
    }
  });

  test("draws the same of the same seed, and something else of another", () => {
    const logs = noise(0.15);
    const of = (seed: number) => ratesOf(logs, { ...asked, seed }, thresholds, true);
    assert.deepEqual(of(7), of(7));
    assert.notDeepEqual(of(7), of(8));
  });

  test("widens with the family of metrics", () => {
    const [metric = []] = noise(0.1);
    const [alone] = ratesBy([metric], 20).metrics;
    const [amongSix] = ratesBy(Array(6).fill(metric), 20).metrics;
    assert.ok(alone && amongSix && alone.halfWidth < amongSix.halfWidth);
  });
});

describe("recommend()", () => {
  const rates = (pairs: number, inconclusive: number, regressed = 0, tolerance = 0): Rates => ({
    ...{ pairs, comparisons: 500, regressed, improved: 0, inconclusive, tolerance, metrics: [] },
  });

  test("takes the fewest pairs that leave at most 5 % open", () => {
    const found = recommend([rates(10, 0.3), rates(15, 0.05), rates(20, 0)], thresholds);
    assert.deepEqual(found, {
      ...{ pairs: 15, toleratedPercent: 10 },
      reason:
        "with 15 pairs 5.0 % of the comparisons of equal code are inconclusive, none is a false " +
        "regression",
    });
  });

  test("takes more pairs where fewer cried wolf", () => {
    const found = recommend([rates(10, 0, 0.002), rates(15, 0)], thresholds);
    assert.equal(found.pairs, 15);
  });

  test("raises the tolerance no further than it must, with the most pairs", () => {
    const found = recommend([rates(10, 0.9), rates(60, 0.2, 0, 0.1201)], thresholds);
    assert.deepEqual(found, {
      ...{ pairs: 60, toleratedPercent: 13 },
      reason:
        "even 60 pairs leave too many comparisons of equal code open at 10 %; 13 % is what this " +
        "machine can tell",
    });
  });

  test("gives up where equal code regresses, whatever is tolerated", () => {
    const { reason } = recommend([rates(60, 0, 0.01, 0.12)], thresholds);
    assert.match(reason, /^this machine is too noisy/);
  });

  const gaveUp: [tolerated: number, most: number][] = [
    [10, 50],
    [50, 50],
    // What is tolerated is never lowered: it would fall below what counts as slower.
    [100, 100],
  ];
  for (const [toleratedPercent, most] of gaveUp) {
    test(`gives up at ${most} % where ${toleratedPercent} % were tolerated`, () => {
      const own = { ...thresholds, toleratedPercent };
      const found = recommend([rates(60, 0.2, 0, 2)], own);
      const reason = `this machine is too noisy to tell even ${most} %: gate elsewhere`;
      assert.deepEqual(found, { pairs: 60, toleratedPercent: most, reason });
    });
  }

  test("needs the tolerance with which 95 % of the comparisons pass", () => {
    const logs = noise(0.5);
    const { tolerance, inconclusive } = ratesBy(logs, 20);
    assert.ok(inconclusive > 0.05);
    const open = (share: number) =>
      ratesOf(logs, asked, { ...thresholds, toleratedPercent: share * 100 }, true).inconclusive;
    assert.ok(open(tolerance + 0.001) <= 0.05 && open(tolerance - 0.02) > 0.05);
  });

  test("of real rates is what they say", () => {
    const logs = noise(0.3);
    const byPairs = [10, 15, 20, 30, 40, 60].map((pairs) => ratesBy(logs, pairs));
    const found = recommend(byPairs, thresholds);
    const chosen = byPairs.findIndex(({ pairs }) => pairs === found.pairs);
    assert.ok(chosen > 0 && (byPairs[chosen]?.inconclusive ?? 1) <= 0.05);
    for (const { inconclusive, regressed } of byPairs.slice(0, chosen)) {
      assert.ok(inconclusive > 0.05 || regressed > 0);
    }
  });
});
