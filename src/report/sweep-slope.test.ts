import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatNs } from "../units.ts";
import type { ArmFigures } from "./path-samples.ts";
import { type Figure, overForks } from "./samples.ts";
import type { SearchRow } from "./sweep-searches.ts";
import { slopeOf, slopeWords } from "./sweep-slope.ts";

function rowsOf(points: readonly (readonly [mappings: number, ns: number])[]) {
  return points.map(([mappings, ns]): Pick<SearchRow, "mappings" | "figures"> => {
    const figures = { searchP50Ns: overForks([ns]) } as Record<keyof ArmFigures, Figure>;
    return { mappings: overForks([mappings]), figures };
  });
}

const powers = [200, 400, 1600, 12_800];

describe("slopeOf()", () => {
  const table: [exponent: number, word: string, says: RegExp][] = [
    [1, "linear", /^grows linearly with the mappings: .*; exponent 1\.00, 1\.00 between/],
    [0, "flat", /^is flat within 0 %: /],
    [0.5, "slower", /^grows more slowly than the mappings: .*exponent 0\.50/],
    [1.5, "faster", /^grows faster than the mappings: /],
    [-0.5, "falling", /^takes less time the more mappings there are: .*exponent -0\.50/],
  ];
  for (const [exponent, word, says] of table) {
    test(`finds an exponent of ${exponent}, and the word for it`, () => {
      const slope = slopeOf(rowsOf(powers.map((count) => [count, 70 * count ** exponent])));
      assert.ok(slope);
      assert.ok(Math.abs(slope.exponent - exponent) < 1e-12);
      assert.ok(slope.offBy < 1e-12);
      assert.equal(slope.word, word);
      assert.match(slopeWords({ ...slope, offBy: 0 }, formatNs), says);
    });
  }

  test("tells a fixed cost apart by the slope between the two with most mappings", () => {
    const slope = slopeOf(rowsOf(powers.map((count) => [count, 2000 + 2 * count])));
    assert.equal(slope?.word, "slower");
    assert.ok((slope.last ?? 0) > 0.75 && slope.exponent < 0.7);
  });

  test("does not call flat what scatters", () => {
    const slope = slopeOf(rowsOf(powers.map((count, at) => [count, at % 2 === 0 ? 500 : 1100])));
    assert.ok(slope && slope.within > 1);
    assert.ok(["scattered", "slower"].includes(slope.word), slope.word);
    const even = slopeOf(
      rowsOf([
        [100, 500],
        [200, 1100],
        [400, 1100],
        [800, 500],
      ]),
    );
    assert.equal(even?.word, "scattered");
    assert.match(slopeWords(even, formatNs), /^does not follow the mappings, and scatters: /);
  });

  test("says nothing where the mappings hardly differ, or there is no figure", () => {
    assert.equal(slopeOf([]), undefined);
    assert.equal(slopeOf(rowsOf([[300, 100]])), undefined);
    assert.equal(
      slopeOf(
        rowsOf([
          [300, 100],
          [500, 900],
        ]),
      ),
      undefined,
    );
    const none = overForks([]);
    const rows = rowsOf(powers.map((count) => [count, 5])).map((row) => ({
      ...row,
      figures: { ...row.figures, searchP50Ns: none },
    }));
    assert.equal(slopeOf(rows), undefined);
  });
});
