/** The search that nobody would write: every place in turn, against every range. */

import fc from "fast-check";
import { type Address, address, type Constraints } from "../model.ts";
import { type FakeRange, pageBytes } from "./fake-calls.test.data.ts";
import type { Ranges } from "./first-fit.ts";

/** Small enough to try every place. */
const unitsOfSpace = 48;

/** The lowest multiple of `unit` that is a place; all ranges are multiples of it as well. */
export function naiveFit(
  ranges: readonly FakeRange[],
  { low, high, bytes, alignBytes }: Constraints,
  from: number,
  unit = pageBytes,
): Address | undefined {
  for (let at = 0; at + bytes <= high; at += unit) {
    const isAllowed = at >= low && at >= from && at % alignBytes === 0;
    const isFree = !ranges.some(({ start, end }) => start < at + bytes && end > at);
    if (isAllowed && isFree) return address(at);
  }
  return undefined;
}

/** Constraints in short, aligned to a page. */
export function within(low: number, high: number, bytes: number): Constraints {
  return { low: address(low), high: address(high), bytes, alignBytes: pageBytes };
}

/** A list as a source of ranges. */
export function listed(ranges: readonly FakeRange[]): Ranges {
  let index = -1;
  return {
    seek(at) {
      index++;
      while (index < ranges.length && (ranges[index]?.end ?? 0) <= at) index++;
      return index < ranges.length;
    },
    get start() {
      return ranges[index]?.start ?? 0;
    },
    get end() {
      return ranges[index]?.end ?? 0;
    },
  };
}

/** What maps lists look like: ascending, with and without gaps. */
export const ascending = (unit = pageBytes): fc.Arbitrary<FakeRange[]> =>
  fc
    .array(fc.tuple(fc.nat({ max: 5 }), fc.integer({ min: 1, max: 4 })), { maxLength: 10 })
    .map((steps) => {
      let at = 0;
      return steps.map(([gap, length]) => {
        const start = at + gap * unit;
        at = start + length * unit;
        return { start, end: at };
      });
    });

/** A demand on a space of `unitsOfSpace` units; its bounds need not be aligned. */
export const demand = (
  unit = pageBytes,
): fc.Arbitrary<{ constraints: Constraints; from: Address }> =>
  fc
    .record({
      bounds: fc.tuple(fc.nat({ max: unitsOfSpace * 2 }), fc.nat({ max: unitsOfSpace * 2 })),
      units: fc.integer({ min: 1, max: 9 }),
      alignment: fc.constantFrom(1, 2, 4, 16),
      from: fc.nat({ max: unitsOfSpace }),
    })
    .map(({ bounds, units, alignment, from }) => ({
      constraints: {
        low: address((Math.min(...bounds) * unit) / 2),
        high: address((Math.max(...bounds) * unit) / 2),
        bytes: units * unit,
        alignBytes: alignment * unit,
      },
      from: address(from * unit),
    }));
