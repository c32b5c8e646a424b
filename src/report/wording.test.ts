import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { medianInterval } from "../stats/median.ts";
import {
  excludesOne,
  formatPerMillion,
  formatRatio,
  formatRatioInterval,
  formatShare,
  formatWhole,
  plural,
  usualForks,
} from "./wording.ts";

describe("wording", () => {
  test("formatShare() tells nothing and everything from almost", () => {
    const table: [number, string][] = [
      [0, "0 %"],
      [0.0004, "<0.1 %"],
      [0.0078, "0.8 %"],
      [0.099, "9.9 %"],
      [0.0997, "10 %"],
      [0.331, "33 %"],
      [0.994, "99 %"],
      [0.9999, ">99 %"],
      [1, "100 %"],
    ];
    for (const [share, text] of table) assert.equal(formatShare(share), text);
  });

  test("formatRatio() has two decimals below 10", () => {
    const table: [number, string][] = [
      [0.998, "1.00"],
      [1.354, "1.35"],
      [9.994, "9.99"],
      [10.04, "10.0"],
      [17.66, "17.7"],
      [700.4, "700"],
      [0.0381, "0.0381"],
    ];
    for (const [ratio, text] of table) assert.equal(formatRatio(ratio), text);
  });

  test("formatRatioInterval() shows what there is", () => {
    assert.equal(formatRatioInterval(medianInterval([])), "-");
    assert.equal(formatRatioInterval(medianInterval([2])), "2.00");
    assert.equal(formatRatioInterval(medianInterval([1, 2, 3, 4, 5, 6])), "3.50 [1.00, 6.00]");
  });

  test("excludesOne() judges the interval as it is printed", () => {
    const spread = (lo: number, hi: number) => medianInterval([lo, lo, lo, hi, hi, hi]);
    assert.equal(excludesOne(spread(1.02, 1.1)), true);
    assert.equal(excludesOne(spread(0.8, 0.98)), true);
    assert.equal(excludesOne(spread(0.9, 1.1)), false);
    assert.equal(excludesOne(spread(1.001, 1.1)), false);
    assert.equal(excludesOne(medianInterval([2, 2])), false);
  });

  test("formatPerMillion() rounds a bound up, never down", () => {
    assert.equal(formatPerMillion(4.81e-8), "0.049 per million");
    assert.equal(formatPerMillion(1.7e-6), "1.7 per million");
    assert.equal(formatPerMillion(0.95), "950 k per million");
  });

  test("usualForks() is what most have", () => {
    assert.equal(usualForks([4, 3, 3]), 3);
    assert.equal(usualForks([3, 4, 4, 3]), 4);
    assert.equal(usualForks([]), 0);
  });

  test("plural() and formatWhole() are exact below a thousand", () => {
    assert.equal(plural(1, "fork"), "1 fork");
    assert.equal(plural(12, "fork"), "12 forks");
    assert.equal(formatWhole(7), "7");
    assert.equal(formatWhole(61_240_000), "61.2 M");
  });
});
