import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  fewestActorCounts,
  fitScalability,
  predict,
  type ScalingFit,
  type ScalingLaw,
  type ScalingPoint,
} from "./scalability.ts";

type Fitted = Extract<ScalingFit, { state: "fitted" }>;

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const laws = fc.record({
  lambda: between(-3, 9).map((power) => 10 ** power),
  sigma: fc.oneof(fc.constant(0), between(0, 2)),
  kappa: fc.oneof(fc.constant(0), between(0, 1)),
});

const counts = fc.uniqueArray(fc.integer({ min: 1, max: 64 }), { minLength: 4, maxLength: 12 });
const countsFromOne = counts.map((list) => [...new Set([1, ...list])]);

/** Points near a law, some `actors` twice. */
const noisyPoints = fc
  .record({ law: laws, actors: countsFromOne, noise: fc.infiniteStream(between(-0.3, 0.3)) })
  .map(({ law, actors, noise }) =>
    [...actors, ...actors.slice(0, 2)].map((n) => {
      const [wobble] = noise.take(1);
      return { actors: n, throughput: predict(law, n) * (1 + (wobble as number)) };
    }),
  );

/** Points near nothing. */
const wildPoints = fc
  .tuple(counts, fc.array(between(0.1, 10), { minLength: 12, maxLength: 12 }))
  .map(([actors, values]) => pointsOf(actors, (_, index) => values[index] as number));

function pointsOf(
  actors: readonly number[],
  throughputOf: (actors: number, index: number) => number,
): ScalingPoint[] {
  return actors.map((n, index) => ({ actors: n, throughput: throughputOf(n, index) }));
}

function fitted(points: readonly ScalingPoint[]): Fitted {
  const fit = fitScalability(points);
  assert.equal(fit.state, "fitted");
  return fit as Fitted;
}

function assertNear(found: ScalingLaw, wanted: ScalingLaw, tolerance = 1e-9): void {
  const errors = [
    found.lambda / wanted.lambda - 1,
    (found.sigma - wanted.sigma) / (1 + wanted.sigma),
    (found.kappa - wanted.kappa) / (1 + wanted.kappa),
  ];
  assert.ok(
    errors.every((error) => Math.abs(error) < tolerance),
    `${errors}`,
  );
}

/** What the fit is to make small, by definition. */
function squaresOf(points: readonly ScalingPoint[], law: ScalingLaw): number {
  return points
    .map(({ actors, throughput }) => throughput / predict(law, actors) - 1)
    .reduce((sum, residual) => sum + residual ** 2, 0);
}

describe("fitScalability()", () => {
  test("recovers the law of points without noise", () => {
    fc.assert(
      fc.property(laws, countsFromOne.filter(isEnough), (law, actors) => {
        const fit = fitted(pointsOf(actors, (n) => predict(law, n)));
        assertNear(fit, law);
        assert.ok(fit.rmsRelative < 1e-11, `${fit.rmsRelative}`);
      }),
    );
  });

  test("recovers the curve where no point is near one actor", () => {
    fc.assert(
      fc.property(laws, counts, (law, actors) => {
        const { rmsRelative } = fitted(pointsOf(actors, (n) => predict(law, n)));
        assert.ok(rmsRelative < 1e-11, `${rmsRelative}`);
      }),
    );
  });

  const shapes: [what: string, throughputOf: (n: number) => number, law: ScalingLaw][] = [
    ["all the same", () => 5, { lambda: 5, sigma: 1, kappa: 0 }],
    ["linear", (n) => 7 * n, { lambda: 7, sigma: 0, kappa: 0 }],
    ["Amdahl's", (n) => n / (1 + 0.1 * (n - 1)), { lambda: 1, sigma: 0.1, kappa: 0 }],
    ["coherency alone", (n) => n / (1 + 0.02 * n * (n - 1)), { lambda: 1, sigma: 0, kappa: 0.02 }],
    ["one in n", (n) => 6 / n, { lambda: 6, sigma: 1, kappa: 1 }],
  ];
  for (const [what, throughputOf, law] of shapes) {
    test(`knows the exact law of throughputs that are ${what}`, () => {
      const fit = fitted(pointsOf([1, 2, 3, 4, 8, 16], throughputOf));
      assertNear(fit, law, 1e-13);
      assert.ok(fit.rmsRelative < 1e-14);
      // Not a kappa of 1e-18, which would be a peak at a thousand million actors.
      assert.equal(fit.sigma === 0, law.sigma === 0);
      assert.equal(fit.kappa === 0, law.kappa === 0);
    });
  }

  test("has no contention below 0: what grows faster than its actors is linear at best", () => {
    // The best line has lambda = sum of squares / sum of X / n.
    const { lambda, sigma, kappa, peakActors } = fitted(pointsOf([1, 2, 4, 8], (n) => n ** 1.5));
    const [squares, sum] = [1 + 2 + 4 + 8, 1 + 2 ** 0.5 + 2 + 8 ** 0.5];
    assertNear({ lambda, sigma, kappa }, { lambda: squares / sum, sigma: 0, kappa: 0 }, 1e-13);
    assert.deepEqual([sigma, kappa, peakActors], [0, 0, undefined]);
  });

  test("has no contention below 0 beside coherency, either", () => {
    // n / X = 1 - 0.05 (n - 1) + 0.01 n (n - 1)
    const bent = (n: number) => n / (1 - 0.05 * (n - 1) + 0.01 * n * (n - 1));
    const { sigma, kappa } = fitted(pointsOf([1, 2, 4, 8, 16], bent));
    assert.equal(sigma, 0);
    assert.ok(kappa > 0);
  });

  test("has no coherency below 0: what bends up again is Amdahl's at best", () => {
    const bent = (n: number) => n / (1 + 0.5 * (n - 1) - 0.01 * n * (n - 1));
    const { sigma, kappa, peakActors } = fitted(pointsOf([1, 2, 4, 8, 16], bent));
    assert.ok(sigma > 0);
    assert.deepEqual([kappa, peakActors], [0, undefined]);
  });

  test("counts each point alike, and is too high by the variance of the relative noise", () => {
    const high = pointsOf([1, 2, 4, 8, 512], (n) => 1.1 * n);
    const low = pointsOf([1, 2, 4, 8, 512], (n) => 0.9 * n);
    assertNear(fitted([...high, ...low]), { lambda: 1.01, sigma: 0, kappa: 0 });
  });

  test("gives residuals in the order of the points, and their root mean square", () => {
    fc.assert(
      fc.property(noisyPoints.filter(isEnoughPoints), (points) => {
        const fit = fitted(points);
        assert.equal(fit.residuals.length, points.length);
        for (const [index, { actors, throughput }] of points.entries()) {
          const residual = throughput / predict(fit, actors) - 1;
          assert.ok(Math.abs((fit.residuals[index] as number) - residual) < 1e-11);
        }
        const mean = squaresOf(points, fit) / points.length;
        assert.ok(Math.abs(fit.rmsRelative - Math.sqrt(mean)) < 1e-11);
      }),
    );
  });

  test("scales lambda alone with the throughput, exactly so by a power of two", () => {
    fc.assert(
      fc.property(noisyPoints.filter(isEnoughPoints), between(1e-3, 1e3), (points, factor) => {
        const fit = fitted(points);
        const scaledBy = (by: number) =>
          fitted(points.map((point) => ({ ...point, throughput: point.throughput * by })));
        assert.deepEqual(scaledBy(2 ** 20), { ...fit, lambda: fit.lambda * 2 ** 20 });
        assertNear(scaledBy(factor), { ...fit, lambda: fit.lambda * factor });
      }),
    );
  });

  test("is the same for every order of the points, and for each of them twice", () => {
    fc.assert(
      fc.property(noisyPoints.filter(isEnoughPoints), (points) => {
        const fit = fitted(points);
        const turned = fitted(points.toReversed());
        assertNear(turned, fit);
        for (const [index, residual] of turned.residuals.toReversed().entries()) {
          assert.ok(Math.abs(residual - (fit.residuals[index] as number)) < 1e-9);
        }
        assertNear(fitted([...points, ...points]), fit);
      }),
    );
  });

  test("is no worse than what a search finds", () => {
    fc.assert(
      fc.property(fc.oneof(noisyPoints, wildPoints).filter(isEnoughPoints), (points) => {
        const fit = fitScalability(points);
        // Where there is no best fit, the search must not find one either.
        if (fit.state === "unbounded") return assertUnbounded(points);
        assert.equal(fit.state, "fitted");
        const least = squaresOf(points, fit as Fitted);
        assert.ok(least <= squaresOf(points, searched(points)) + 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  test("is what a search finds: which is able to find it", () => {
    const noise = [1.03, 0.98, 0.99, 1.02, 0.97, 1.01];
    const law = { lambda: 40, sigma: 0.05, kappa: 0.004 };
    const points = pointsOf([1, 2, 4, 8, 16, 32], (n, i) => predict(law, n) * (noise[i] as number));
    assertNear(searched(points), fitted(points), 1e-5);
    assertNear(fitted(points), law, 0.1);
  });

  test("fits SPEC SDM91 on a SPARCcenter 2000 no worse than the published parameters", () => {
    // As in the R package usl, whose fits are to absolute residuals: its data set specsdm91, the
    // parameters in the README of version 1.8 (lambda is the first point) and of version 3.
    const values = [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2];
    const points = pointsOf([1, 18, 36, 72, 108, 144, 216], (_, index) => values[index] as number);
    const fit = fitted(points);
    for (const law of [
      { lambda: 64.9, sigma: 0.01705, kappa: 0.00007892 },
      { lambda: 89.995, sigma: 0.0277285, kappa: 0.0001044 },
    ]) {
      assert.ok(squaresOf(points, fit) < squaresOf(points, law));
      const peak = Math.sqrt((1 - law.sigma) / law.kappa);
      assert.ok(Math.abs((fit.peakActors as number) / peak - 1) < 0.2, `${fit.peakActors}`);
    }
    assert.ok(fit.rmsRelative < 0.06);
  });

  test("puts the peak where no other number of actors has a higher throughput", () => {
    fc.assert(
      fc.property(laws, countsFromOne.filter(isEnough), (law, actors) => {
        const fit = fitted(pointsOf(actors, (n) => predict(law, n)));
        const { peakActors: peak } = fit;
        const margin = 1 + 1e-9;
        for (const n of [1, ...actors, (peak ?? 1) + 0.1, Math.max(1, (peak ?? 1) - 0.1)]) {
          const more = peak ?? n + 1;
          assert.ok(more >= 1 && predict(fit, n) <= predict(fit, more) * margin, `${n} ${more}`);
        }
      }),
    );
  });

  const peaks: [what: string, law: ScalingLaw, peak: number | undefined][] = [
    ["at 10", { lambda: 3, sigma: 0.5, kappa: 0.005 }, 10],
    ["between 3 and 4", { lambda: 3, sigma: 0, kappa: 0.08 }, Math.sqrt(12.5)],
    ["at 1 where one half is formal", { lambda: 3, sigma: 0, kappa: 4 }, 1],
    ["at 1 where none is formal", { lambda: 3, sigma: 1.5, kappa: 0.1 }, 1],
    ["at 1 where contention alone makes it fall", { lambda: 3, sigma: 1.5, kappa: 0 }, 1],
    ["nowhere where it levels out", { lambda: 3, sigma: 0.5, kappa: 0 }, undefined],
    ["nowhere where it is level", { lambda: 3, sigma: 1, kappa: 0 }, undefined],
    ["nowhere on a line", { lambda: 3, sigma: 0, kappa: 0 }, undefined],
  ];
  for (const [what, law, peak] of peaks) {
    test(`puts the peak ${what}`, () => {
      const { peakActors } = fitted(pointsOf([1, 2, 3, 5, 8, 13], (n) => predict(law, n)));
      if (peak === undefined) assert.equal(peakActors, undefined);
      else assert.ok(Math.abs((peakActors ?? 0) - peak) < 1e-9, `${peakActors}`);
    });
  }

  test("needs four different numbers of actors, however many points there are", () => {
    const tooFew = { state: "too-few", needed: fewestActorCounts };
    for (const actors of [[], [1], [1, 2, 4], [1, 1, 1, 1], [1, 2, 4, 4, 2, 1, 1]]) {
      assert.deepEqual(fitScalability(pointsOf(actors, (n) => n)), tooFew);
    }
    assert.equal(fitScalability(pointsOf([1, 2, 4, 8], (n) => n)).state, "fitted");
    assert.equal(fewestActorCounts, 4);
  });

  test("says where no fit is best, as throughput falls too steeply away from one actor", () => {
    const steep = pointsOf([2, 4, 8, 16], (n) => n ** -2);
    assert.deepEqual(fitScalability(steep), { state: "unbounded" });
    assertUnbounded(steep);
    const settled = fitScalability([{ actors: 1, throughput: 1 }, ...steep]);
    assert.equal(settled.state, "fitted");
  });

  test("refuses what is no measured point", () => {
    const good = pointsOf([1, 2, 4, 8], (n) => n);
    for (const actors of [0, 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => fitScalability([...good, { actors, throughput: 1 }]), {
        name: "RangeError",
        message: `Cannot fit a point of ${actors} actors: must be 1 or more`,
      });
    }
    for (const throughput of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => fitScalability([...good, { actors: 2, throughput }]), {
        name: "RangeError",
        message: `Cannot fit a throughput of ${throughput}: must be above 0`,
      });
    }
  });
});

describe("predict()", () => {
  test("is lambda for one actor, and follows the law for more", () => {
    const law = { lambda: 12, sigma: 0.5, kappa: 0.25 };
    assert.deepEqual(
      [1, 2, 3].map((n) => predict(law, n)),
      [12, 24 / 2, 36 / 3.5],
    );
  });
});

function isEnough(actors: readonly number[]): boolean {
  return new Set(actors).size >= fewestActorCounts;
}

function isEnoughPoints(points: readonly ScalingPoint[]): boolean {
  return isEnough(points.map(({ actors }) => actors));
}

/** The larger lambda is, the better the best sigma and kappa for it. */
function assertUnbounded(points: readonly ScalingPoint[]): void {
  const most = Math.max(...points.map(({ actors, throughput }) => actors ** 2 * throughput));
  const [first, ...others] = [10, 1e3, 1e5].map((by) => {
    const lambda = by * most;
    const squares = ([b = 0, c = 0]: readonly number[]) =>
      squaresOf(points, { lambda, sigma: Math.abs(b) * by, kappa: Math.abs(c) * by });
    return squares(lowest(squares, lowest(squares, [1, 1])));
  });
  others.reduce((before, squares) => {
    assert.ok(squares <= before + 1e-9, `${squares} > ${before}`);
    return squares;
  }, first as number);
}

/** The best law that a search finds from some starts. */
function searched(points: readonly ScalingPoint[]): ScalingLaw {
  const lawAt = ([log = 0, sigma = 0, kappa = 0]: readonly number[]) => ({
    lambda: Math.exp(log),
    sigma: Math.abs(sigma),
    kappa: Math.abs(kappa),
  });
  const squares = (at: readonly number[]) => squaresOf(points, lawAt(at));
  const log = Math.log(Math.max(...points.map(({ actors, throughput }) => throughput / actors)));
  const found = [
    [log, 0.1, 0.01],
    [log, 1, 0],
    [log, 0, 0.5],
  ].map((start) => lowest(squares, lowest(squares, start)));
  return lawAt(found.sort((one, other) => squares(one) - squares(other))[0] as number[]);
}

/**
 * Where a function is lowest, near a start. J. A. Nelder and R. Mead, "A simplex method for
 * function minimization", The Computer Journal 7 (1965), 308-313.
 */
function lowest(height: (at: readonly number[]) => number, start: readonly number[]): number[] {
  const steps = start.map((value, axis) => start.with(axis, value * 1.25 + 0.05));
  const corners = [[...start], ...steps].map((at) => ({ at, height: height(at) }));
  for (let step = 0; step < 400; step++) {
    corners.sort((one, other) => one.height - other.height);
    const [best, worst] = [corners[0], corners.pop()] as [Corner, Corner];
    const middle = start.map((_, axis) => mean(corners.map(({ at }) => at[axis] as number)));
    const along = (by: number): Corner => {
      const at = middle.map((value, axis) => value + by * ((worst.at[axis] as number) - value));
      return { at, height: height(at) };
    };
    const mirrored = along(-1);
    const second = corners.at(-1) as Corner;
    let next = mirrored;
    if (mirrored.height < best.height) next = lower(mirrored, along(-2));
    else if (mirrored.height >= second.height) next = lower(mirrored, along(-0.5), along(0.5));
    corners.push(lower(next, worst));
    if (next.height < worst.height) continue;
    for (const corner of corners) {
      corner.at = corner.at.map((value, axis) => (value + (best.at[axis] as number)) / 2);
      corner.height = height(corner.at);
    }
  }
  return lower(...(corners as [Corner, ...Corner[]])).at;
}

interface Corner {
  at: number[];
  height: number;
}

function lower(first: Corner, ...others: Corner[]): Corner {
  return others.reduce((best, each) => (each.height < best.height ? each : best), first);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
