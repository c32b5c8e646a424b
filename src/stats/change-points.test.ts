import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";
import { levelShifts, shortestLevel, significance } from "./change-points.ts";

// Whole numbers: their medians are exact, and small ranges make heavy ties.
const whole = fc.oneof(
  fc.array(fc.integer({ min: -1e6, max: 1e6 }), { maxLength: 40 }),
  fc.array(fc.integer({ min: -2, max: 2 }), { maxLength: 40 }),
  fc
    .array(fc.constantFrom(1, 5, 9), { maxLength: 8 })
    .map((levels) =>
      levels.flatMap((level) => Array.from({ length: 9 }, (_, index) => level + (index % 2))),
    ),
);

/** Independent values of 0 to 1, the same for the same seed. */
function noise(seed: number, length: number): number[] {
  const generator = mersenne(seed);
  return Array.from({ length }, () => uniformFloat64(generator));
}

/** Levels of so many noisy values each, one noise high. */
function steps(seed: number, ...levels: [level: number, length: number][]): number[] {
  const values = levels.flatMap(([level, length]) => Array<number>(length).fill(level));
  const wobble = noise(seed, values.length);
  return values.map((level, index) => level + (wobble[index] as number));
}

const placesOf = (values: readonly number[]) => levelShifts(values).map(({ at }) => at);

describe("levelShifts()", () => {
  test("finds none in too few values, nor in constant ones", () => {
    for (const length of [0, 1, 2, 9]) {
      const rising = Array.from({ length }, (_, index) => 10 ** index);
      assert.deepEqual(levelShifts(rising), []);
    }
    for (const length of [10, 16, 17, 60, 1000]) {
      assert.deepEqual(levelShifts(Array<number>(length).fill(1.02)), []);
    }
  });

  test("gives a single value that is far off no level of its own", () => {
    for (const at of [0, 4, 15, 26, 29]) {
      assert.deepEqual(levelShifts(noise(at, 30).with(at, 1e6)), []);
    }
  });

  // The exact laws by counting: all of the lower values first, or all of the higher ones.
  const table: [first: number, then: number, p: number][] = [
    [5, 5, 2 / 252],
    [6, 5, (2 * 2 - 2 / 6) / 462],
    [6, 6, 2 / 924],
    [8, 8, 2 / 12_870],
  ];
  for (const [first, then, p] of table) {
    test(`knows the exact p of ${first} values below ${then} others`, () => {
      const values = steps(1, [0, first], [2, then]);
      const [shift, ...others] = levelShifts(values);
      assert.deepEqual(others, []);
      // The walk may be as high after one value more, or less, of the middle rank.
      assert.ok(Math.abs((shift?.at ?? 0) - first) <= 1);
      assert.ok(Math.abs((shift?.p ?? 1) - p) < 1e-12, `${shift?.p}`);
    });
  }

  test("knows the exact p with ties, too: 2 / C(12, 6) for six of one and six of another", () => {
    const [shift] = levelShifts([...Array<number>(6).fill(3), ...Array<number>(6).fill(1)]);
    assert.ok(Math.abs((shift?.p ?? 1) - 2 / 924) < 1e-12);
    assert.deepEqual([shift?.at, shift?.before, shift?.after], [6, 3, 1]);
  });

  test("uses Pettitt's approximation for many values, corrected for discrete steps", () => {
    const [shift] = levelShifts(steps(1, [0, 20], [2, 20]));
    const height = 20 * 20 + 0.5826 * Math.sqrt((40 ** 2 - 1) / 3);
    const p = 2 * Math.exp((-6 * height ** 2) / (40 ** 3 + 40 ** 2));
    assert.ok(Math.abs((shift?.p ?? 1) / p - 1) < 1e-9, `${shift?.p}`);
  });

  // What a series without a shift shows all the same; 0.01 is what is promised.
  const kinds: [what: string, length: number, value: (noise: number) => number][] = [
    ["12 values", 12, (x) => x],
    ["30 values", 30, (x) => x],
    ["30 values of a heavy tail", 30, (x) => 1 / (1 - x)],
    ["30 values of three kinds", 30, (x) => Math.floor(x * 3)],
    ["100 values", 100, (x) => x],
  ];
  for (const [what, length, value] of kinds) {
    test(`raises a false alarm in at most 2 % of 500 series of ${what}`, () => {
      const alarms = Array.from({ length: 500 }, (_, seed) =>
        levelShifts(noise(seed, length).map(value)),
      ).filter((shifts) => shifts.length > 0).length;
      assert.ok(alarms <= 10, `${alarms} of 500`);
    });
  }

  const planted: [what: string, levels: [level: number, length: number][]][] = [
    [
      "one in the middle, blurred",
      [
        [0, 15],
        [0.8, 15],
      ],
    ],
    [
      "one down",
      [
        [1, 15],
        [0, 15],
      ],
    ],
    [
      "a late one",
      [
        [0, 32],
        [1, 8],
      ],
    ],
    [
      "two that rise",
      [
        [0, 20],
        [1, 20],
        [2, 20],
      ],
    ],
    [
      "one up and one down",
      [
        [0, 30],
        [1, 30],
        [0, 30],
      ],
    ],
    [
      "three",
      [
        [2, 30],
        [0, 30],
        [1, 30],
        [3, 30],
      ],
    ],
  ];
  for (const [what, levels] of planted) {
    const places = levels.slice(1).map((_, index) => sum(levels.slice(0, index + 1)));

    test(`finds the exact places where levels do not vary: ${what}`, () => {
      const values = levels.flatMap(([level, length]) => Array<number>(length).fill(level));
      const shifts = levelShifts(values);
      const wanted = places.map((at) => [at, values[at - 1], values[at]]);
      assert.deepEqual(
        shifts.map(({ at, before, after }) => [at, before, after]),
        wanted,
      );
    });

    test(`finds them in noise and no others, give or take one value: ${what}`, () => {
      const near = Array.from({ length: 100 }, (_, seed) => {
        const found = placesOf(steps(seed, ...levels));
        const isNear = found.every((at, index) => Math.abs(at - (places[index] ?? 0)) <= 1);
        return isNear && found.length === places.length;
      });
      const right = near.filter(Boolean).length;
      assert.ok(right >= 90, `${right} of 100`);
    });
  }

  function sum(levels: readonly [level: number, length: number][]): number {
    return levels.reduce((total, [, length]) => total + length, 0);
  }

  test("is the same for a positive factor and a shift, and mirrored for a negative factor", () => {
    const by = fc.integer({ min: -1e6, max: 1e6 });
    const factor = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(whole, factor, by, fc.boolean(), (values, size, shift, isMirrored) => {
        const move = (value: number) => (isMirrored ? -size : size) * value + shift;
        const moved = levelShifts(values).map((each) => ({
          ...each,
          before: move(each.before),
          after: move(each.after),
        }));
        assert.deepEqual(levelShifts(values.map(move)), moved);
      }),
    );
  });

  test("is the same for whatever leaves the order of the values as it is", () => {
    fc.assert(
      fc.property(whole, (values) => {
        const bent = values.map((value) => value ** 3);
        assert.deepEqual(placesOf(bent), placesOf(values));
      }),
    );
  });

  test("gives ordered levels that are long enough, each with its median", () => {
    fc.assert(
      fc.property(whole, (values) => {
        const given = [...values];
        const shifts = levelShifts(values);
        assert.deepEqual(values, given);
        const ends = [0, ...shifts.map(({ at }) => at), values.length];
        for (const [index, shift] of shifts.entries()) {
          const level = values.slice(ends[index], ends[index + 1]);
          const next = values.slice(ends[index + 1], ends[index + 2]);
          assert.ok(Math.min(level.length, next.length) >= shortestLevel);
          assert.deepEqual([shift.before, shift.after], [middle(level), middle(next)]);
          assert.ok(shift.p > 0 && shift.p < significance);
        }
      }),
    );
  });

  function middle(values: readonly number[]): number {
    const sorted = values.toSorted((a, b) => a - b);
    const at = (index: number) => sorted[Math.floor(index)] as number;
    return (at((values.length - 1) / 2) + at(values.length / 2)) / 2;
  }

  test("refuses what has no rank", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      assert.throws(() => levelShifts([1, value, 3]), {
        name: "RangeError",
        message: `Cannot rank values[1]: ${value} is not a finite number`,
      });
    }
  });
});
