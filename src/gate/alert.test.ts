import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Verdict } from "../results/gate-schema.ts";
import { sampleLine } from "../results/history.test.data.ts";
import type { HistoryLine } from "../results/history.ts";
import { openAlert } from "./alert.ts";

const { fingerprint, baselineAt } = sampleLine(0);

/** One line a verdict, the oldest first. */
function history(...verdicts: readonly Verdict[]): HistoryLine[] {
  return verdicts.map((verdict, day) => sampleLine(day, { verdict }));
}

function alertOf(lines: readonly HistoryLine[]): HistoryLine | undefined {
  return openAlert(lines, fingerprint, baselineAt as string);
}

describe("openAlert()", () => {
  const table: [verdicts: Verdict[], open: number | undefined][] = [
    [[], undefined],
    [["regressed"], 0],
    [["violated"], 0],
    [["no-regression"], undefined],
    [["improved"], undefined],
    [["inconclusive"], undefined],
    [["regressed", "inconclusive", "held", "inconclusive"], 0],
    [["regressed", "violated"], 1],
    [["regressed", "no-regression"], undefined],
    [["regressed", "improved", "inconclusive"], undefined],
    [["no-regression", "regressed"], 1],
  ];
  for (const [verdicts, open] of table) {
    const name = open === undefined ? "closed" : `open since gate ${open}`;
    test(`is ${name} after ${verdicts.join(", ") || "nothing"}`, () => {
      const lines = history(...verdicts);
      assert.equal(alertOf(lines), open === undefined ? undefined : lines[open]);
    });
  }

  test("does not look at other machines, nor at other baselines", () => {
    const [regressed] = history("regressed") as [HistoryLine];
    const others = [
      { ...regressed, fingerprint: "another" },
      { ...regressed, baselineAt: "2026-01-14T00:00:00Z" },
      { ...regressed, baselineAt: null },
    ];
    assert.equal(alertOf(others), undefined);
    const passed = others.map((line) => ({ ...line, verdict: "no-regression" as const }));
    assert.equal(alertOf([regressed, ...passed]), regressed);
  });
});
