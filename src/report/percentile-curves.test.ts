import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { soundRun } from "../gate/sound-run.test.data.ts";
import { baselineOf } from "../results/baseline.ts";
import { decodeHistogram, distributionOf, type TickCounts } from "../results/histogram.ts";
import type { Run } from "../results/schema.ts";
import { oddRuns } from "./odd-pages.test.data.ts";
import { type Curve, percentileCurves } from "./percentile-curves.ts";
import { armsOf } from "./sample-run.test.data.ts";

/** A run in which every fork's calls of one class are those given. */
function runOf(forks: readonly TickCounts[]): Run {
  const run = soundRun({ forks: forks.length, scenarios: ["occupied"], actors: [1] });
  run.forks = run.forks.slice(0, forks.length);
  for (const { fork, arm } of armsOf(run)) {
    if (arm.strategy !== "fixed-noreplace") continue;
    const distribution = distributionOf([forks[fork] as TickCounts], 1);
    arm.distributions = distribution ? { rejected: distribution } : {};
  }
  return run;
}

function curvesOf(run: Run): readonly Curve[] {
  const found = percentileCurves(run, ["lost"]);
  assert.equal(found.state, "curves");
  return found.configurations.flatMap(({ curves }) => curves);
}

const calls = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: 1, max: 5000 })), {
    minLength: 1,
    maxLength: 30,
  })
  .map((pairs) => ({
    ticks: Uint32Array.from(pairs, ([ticks]) => ticks),
    counts: Uint32Array.from(pairs, ([, count]) => count),
  }));

test("percentileCurves() of several forks is the curve of all their calls", () => {
  fc.assert(
    fc.property(fc.array(calls, { minLength: 1, maxLength: 3 }), (forks) => {
      const curve = curvesOf(runOf(forks)).find((c) => c.strategy === "fixed-noreplace");
      const encoded = distributionOf(forks, 1)?.histogram ?? "";
      const whole = decodeHistogram(encoded) ?? assert.fail();
      assert.equal(curve?.quantiles.count, whole.totalCount);
      for (const { quantile, latencyNs } of curve?.points ?? assert.fail()) {
        const wanted = quantile === 1 ? whole.maxValue : whole.getValueAtPercentile(quantile * 100);
        assert.equal(latencyNs, wanted, `at ${quantile}`);
      }
    }),
    { numRuns: 25 },
  );
});

test("percentileCurves() rises from the fastest call to the slowest, in even steps", () => {
  for (const { points, quantiles } of curvesOf(soundRun())) {
    assert.equal(points[0]?.quantile, 0);
    assert.deepEqual(points.at(-1), { quantile: 1, latencyNs: quantiles.max });
    for (const [index, { quantile, latencyNs }] of points.entries()) {
      const before = points[index - 1];
      assert.ok(latencyNs >= (before?.latencyNs ?? 0));
      if (quantile === 1) continue;
      assert.ok(Math.abs(Math.log10(1 / (1 - quantile)) - index / 10) < 1e-6);
      assert.ok(1 / (1 - quantile) < quantiles.count);
    }
  }
});

test("percentileCurves() takes a lost attempt whole, cleanup included", () => {
  const strategies = curvesOf(soundRun()).map(({ strategy }) => strategy);
  assert.deepEqual(new Set(strategies), new Set(["hint-munmap", "fixed-noreplace"]));
});

for (const [name, reason] of [
  ["of a baseline", /holds no histograms/],
  ["with broken histograms", /cannot be read/],
  ["without a fork", /No fork has timed/],
] as const) {
  test(`percentileCurves() says why a run ${name} has none`, () => {
    const found = percentileCurves((oddRuns[name] as () => Run)());
    assert.equal(found.state, "none");
    assert.match(found.reason, reason);
  });
}

test("percentileCurves() says when some histograms are lacking", () => {
  const run = soundRun();
  const [first] = armsOf(run);
  const distribution = first?.arm.distributions.lost ?? assert.fail();
  distribution.histogram = null;
  const lackingIn = (odd: Run) => {
    const found = percentileCurves(odd, ["lost"]);
    assert.ok(found.state === "curves");
    return found.lacking;
  };
  assert.equal(lackingIn(run), "1 of 2 forks has no histograms and is not in it");
  distribution.histogram = "none";
  assert.equal(lackingIn(run), "1 histogram cannot be read and is not in it");
  const forks = [soundRun({ forks: 3 }), baselineOf(soundRun())]
    .flatMap((part) => part.forks)
    .map((fork, index) => ({ ...fork, index }));
  assert.equal(lackingIn({ ...run, forks }), "2 of 5 forks have no histograms and are not in it");
});
