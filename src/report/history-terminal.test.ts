import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { sampleLine, sampleMetric } from "../results/history.test.data.ts";
import type { HistoryLine } from "../results/history.ts";
import { digestHistory } from "./history-digest.ts";
import { renderHistory } from "./history-terminal.ts";
import { hostile } from "./sample-gate.test.data.ts";

const longName = "spread/1 fixed-noreplace attempts-per-second / hint-munmap attempts-per-second";

function gates(name: string, ...values: readonly number[]): HistoryLine[] {
  return values.map((value, day) => sampleLine(day, { metrics: [sampleMetric(name, value)] }));
}

function render(lines: readonly HistoryLine[], width = 100, colour = false): string {
  return renderHistory(digestHistory(lines), { width, colour });
}

const shifted = [1, 1.02, 1.01, 1, 1.02, 1.1, 1.12, 1.11, 1.1, 1.12];

describe("renderHistory()", () => {
  test("says a sentence where there is nothing", () => {
    assert.equal(
      render([]),
      "There is no history yet: every `noclobber gate` adds a line to it.\n",
    );
    assert.match(render([sampleLine(0, { metrics: [] })]), /No run judged a metric/);
  });

  test("prints the golden text", () => {
    assert.equal(
      render(gates("lost p50", ...shifted)),
      `5c5f4ee1ea0b: 10 runs, 2026-01-01T09:30Z to 2026-01-10T09:30Z, the last no-regression
metric    runs  level  change  trend
lost p50    10   1.11  +9.9 %  02102|89889
shift  2026-01-06T09:30Z, c00000000005, lost p50: 1.01 -> 1.11 (+9.9 %), p = 0.008

Level: median since the last shift, of each run's median ratio within forks. Shifts: Pettitt's test,
p < 0.01, binary segmentation; a level has 5 runs or more. Trend: 0 the lowest to 9 the highest of
the runs shown, the newest last, | a shift.
`,
    );
  });

  test("names the method once, whatever there is of machines and metrics", () => {
    const machines = ["a", "b", "c"].map((fingerprint) => sampleLine(0, { fingerprint }));
    assert.equal(render(machines).match(/Pettitt/g)?.length, 1);
  });

  test("shows the newest 60 runs, or as many as the width has room for", () => {
    const rising = Array.from({ length: 70 }, (_, day) => 1 + (day % 2));
    assert.match(render(gates("p50", ...rising)), / (09){30}\n/);
    assert.match(render(gates("p50", ...rising), 60), / {2}[09]{20,40}\n/);
  });

  test("gives the trend a line of its own beside a long name", () => {
    const text = render(gates(longName, ...shifted));
    assert.match(
      text,
      new RegExp(`^${longName} +10 +1\\.11 +\\+9\\.9 %\\n {2}02102\\|89889$`, "m"),
    );
  });

  test("draws a constant series, and one of a single run", () => {
    assert.match(render(gates("p50", 1, 1, 1)), /^p50 +3 +1\.00 +- {2}000$/m);
    assert.match(render(gates("p50", 7)), /^p50 +1 +7\.00 +- {2}0$/m);
  });

  test("says where a run has no commit", () => {
    const lines = gates("p50", ...shifted).map(({ commit: _, ...line }) => line);
    assert.match(render(lines), /^shift {2}2026-01-06T09:30Z, no commit, p50: /m);
  });

  test("has no line wider than its width, and says the same in colour", () => {
    const levels = fc.array(fc.double({ min: 0.01, max: 1e4, noNaN: true }), { maxLength: 90 });
    const name = fc.constantFrom("p50", longName, hostile);
    fc.assert(
      fc.property(name, levels, fc.integer({ min: 60, max: 140 }), (metric, values, width) => {
        const lines = gates(metric, ...values, ...shifted);
        const text = render(lines, width);
        assert.equal(stripVTControlCharacters(render(lines, width, true)), text);
        for (const line of text.split("\n")) {
          assert.ok(line.length <= width, `${line.length} "${line}"`);
          assert.equal(line, line.trimEnd());
          assert.doesNotMatch(line, /\p{Cc}|NaN|Infinity|undefined/u);
        }
      }),
    );
  });
});
