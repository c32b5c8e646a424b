import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Verdict } from "../results/gate-schema.ts";
import { amountWords, changeWords, oneLine, ratioWords, verdictWords } from "./gate-wording.ts";
import { hostile } from "./sample-gate.test.data.ts";

describe("gate wording", () => {
  test("verdictWords() names what the policy tolerates", () => {
    const table: [Verdict, number, string][] = [
      ["held", 10, "exact laws hold"],
      ["improved", 10, "improved"],
      ["no-regression", 10, "no regression >= 10 %"],
      ["no-regression", 2.5, "no regression >= 2.5 %"],
      ["inconclusive", 10, "inconclusive"],
      ["regressed", 10, "regressed"],
      ["violated", 10, "violated"],
    ];
    for (const [verdict, toleratedPercent, words] of table) {
      assert.equal(verdictWords(verdict, { toleratedPercent }), words);
    }
  });

  test("changeWords() shows an interval, or what it lacks", () => {
    const interval = { state: "interval" as const, coverage: 0.99, n: 20 };
    assert.equal(
      changeWords({ ...interval, estimate: 0.031, lo: -0.04, hi: 0.112 }),
      "+3.1 % [-4.0, +11.2]",
    );
    assert.equal(
      changeWords({ state: "too-few", estimate: 0.1, n: 4, needed: 6 }),
      "too few: 4 of 6",
    );
  });

  test("amountWords() and ratioWords() have three digits at most", () => {
    const table: [number | null, amount: string, ratio: string][] = [
      [null, "-", "-"],
      [0.0570412, "0.0570", "0.0570"],
      [3.72, "3.72", "3.72"],
      [312.4, "312", "312"],
      [11_612, "11600", "11600"],
      [334_120, "334 k", "334000"],
    ];
    for (const [value, amount, ratio] of table) {
      assert.equal(amountWords(value), amount);
      assert.equal(ratioWords(value), ratio);
    }
  });

  test("oneLine() lets nothing through that is obeyed", () => {
    const table: [text: string, line: string][] = [
      ["plain text: a:b, #1", "plain text: a:b, #1"],
      ["a\r\nb\u0000\u009bc", "a b c"],
      ["\u202ea\u2028b\ufeff", "a b"],
      ["a\ud800b\uffffc", "a b c"],
      ["::error::x:::", ": :error: :x: : :"],
      ["##[add-mask]x", "## [add-mask]x"],
    ];
    for (const [text, line] of table) assert.equal(oneLine(text), line);
    assert.doesNotMatch(oneLine(hostile), /[\p{C}]|::|##\[/u);
  });

  test("oneLine() counts what it cuts", () => {
    assert.equal(oneLine("abcdef", 4), "abcd... (2 more characters)");
    assert.equal(oneLine("abcd", 4), "abcd");
    assert.equal(oneLine("abc\u{1f600}", 4), "abc ... (1 more characters)");
  });
});
