import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { policySchema } from "../results/policy-schema.ts";
import { type Calibrated, renderCalibration } from "./calibration-terminal.ts";
import { sampleRun } from "./sample-run.test.data.ts";

const names = [
  "spread/1 fixed-noreplace lost-p50 / hint-munmap lost-p50",
  "spread/1 fixed-noreplace lost-p50 / kernel-chosen release-p50",
  "spread/1 fixed-noreplace attempts-per-second / hint-munmap attempts-per-second",
];
const widths = [60, 80, 110] as const;

type Rates = Calibrated["rates"][number];

/** More pairs leave less open, and find less. */
function ratesOf(pairs: number, overrides: Partial<Rates> = {}): Rates {
  return {
    ...{ pairs, comparisons: 500, regressed: 0.002, improved: 0.004, inconclusive: 2 / pairs },
    metrics: names.map((_, metric) => ({
      ...{ regressed: 0.002, inconclusive: 1 / pairs, halfWidth: (metric + 1) / pairs / 3 },
      detectable: 0.05 + (metric + 1) / pairs,
      power: [0.032, 0.41, 0.998, 1, 1, 1, 1, 1],
    })),
    ...overrides,
  };
}

function calibrated(overrides: Partial<Calibrated> = {}): Calibrated {
  return {
    path: "results/calibrate-2026-01-15T09-30-00/candidate.json",
    run: sampleRun({ forks: 2, scenarios: ["solo"], actors: [1] }),
    policy: policySchema.parse({}),
    pairsDrawnFrom: 30,
    rates: [10, 20, 40].map((pairs) => ratesOf(pairs)),
    names,
    slowdowns: [5, 7.5, 10, 12.5, 15, 20, 25, 30],
    recommendation: { pairs: 20, toleratedPercent: 10, reason: "with 20 pairs it is so" },
    steps: { javascriptClock: 41, ffiCall: 118, histogramRecord: 56 },
    ...overrides,
  };
}

const render = (overrides: Partial<Calibrated> = {}, width = 110, colour = false) =>
  renderCalibration(calibrated(overrides), { width, colour });

/** Line breaks are the width's business. */
const flat = (text: string) => text.replace(/\s+/g, " ");

const power = [1, 1, 1, 1, 1, 1, 1, 1];
const nothing = { regressed: 0, inconclusive: 1, halfWidth: Number.NaN, detectable: Number.NaN };

/** What a calibration can lack, or have too much of. */
const odd: Readonly<Record<string, Partial<Calibrated>>> = {
  sample: {},
  "too few pairs for an interval": {
    rates: [ratesOf(5, { metrics: names.map(() => ({ ...nothing, power })) })],
  },
  "a metric that no comparison has": { rates: [ratesOf(20, { metrics: [] })] },
  "a power of fewer slowdowns": {
    rates: [
      ratesOf(20, { metrics: ratesOf(20).metrics.map((each) => ({ ...each, power: [0.5] })) }),
    ],
  },
  "no metric": { names: [], rates: [ratesOf(20, { metrics: [] })] },
  "no rates": { rates: [] },
  "more pairs recommended than tried": {
    recommendation: { pairs: 99, toleratedPercent: 12.5, reason: "of all that was tried" },
  },
  "everything certain": { rates: [ratesOf(20, { regressed: 1, improved: 1, inconclusive: 1 })] },
  "huge intervals": {
    rates: [
      ratesOf(20, {
        metrics: names.map(() => ({
          ...{ regressed: 1, inconclusive: 1, halfWidth: 87.3, detectable: 123.4, power },
        })),
      }),
    ],
  },
};

describe("renderCalibration()", () => {
  for (const [what, overrides] of Object.entries(odd)) {
    for (const width of widths) {
      test(`fits ${width} columns and has a word for everything: ${what}`, () => {
        const text = render(overrides, width);
        for (const line of text.split("\n")) assert.ok(line.length <= width, line);
        assert.doesNotMatch(text, /NaN|undefined|null|Infinity/);
        assert.ok(text.startsWith("Recommended: "));
        assert.ok(text.endsWith(".\n"));
      });
    }
  }

  for (const width of widths) {
    test(`cuts no metric's name at ${width} columns, in either table`, () => {
      const text = flat(render({}, width));
      for (const name of names) assert.equal(text.split(name).length, 3, name);
    });
  }

  test("says what to put into the policy first, and why", () => {
    const reason = "with 20 pairs 1.0 % are inconclusive";
    const recommendation = { pairs: 20, toleratedPercent: 12.5, reason };
    const [first] = render({ recommendation }).split("\n");
    assert.equal(first, `Recommended: 20 pairs, 12.5 % tolerated: ${reason}.`);
  });

  test("has a line for each number of pairs, with the worst metric's slowdown", () => {
    const lines = render().split("\n");
    const at = lines.findIndex((line) => line.startsWith("pairs "));
    assert.deepEqual(lines.slice(at + 1, at + 5).map(flat), [
      " 10 0.2 % 0.4 % 20 % +35.0 %",
      " 20 0.2 % 0.4 % 10 % +20.0 %",
      " 40 0.2 % 0.4 % 5.0 % +12.5 %",
      "",
    ]);
  });

  test("shows the metrics at the recommended number of pairs", () => {
    const wide = render({}, 140).split("\n");
    const rows = wide.filter((line) => line.startsWith(names[0] ?? "?"));
    assert.deepEqual(
      rows.map((line) => flat(line.replace(names[0] ?? "?", ""))),
      [" 0.2 % 5.0 % +-1.7 % +10.0 %", " 3.2 % 41 % >99 % 100 % 100 % 100 % 100 % 100 %"],
    );
    assert.match(render(), /one comparison of 20 pairs, by metric/);
    const most = render({ recommendation: { pairs: 99, toleratedPercent: 10, reason: "so" } });
    assert.match(most, /one comparison of 40 pairs, by metric/);
  });

  test("has '-', not 0, for what was not measured", () => {
    const text = render({ rates: [ratesOf(20, { metrics: [] })] }, 140);
    for (const line of text.split("\n").filter((each) => each.startsWith("spread/1"))) {
      assert.doesNotMatch(line.replace(/spread.*p50|spread.*second/, ""), /\d/);
    }
  });

  test("says where its figures are from", () => {
    const text = flat(render());
    const path = "results/calibrate-2026-01-15T09-30-00/candidate.json";
    assert.ok(text.includes(`500 comparisons each, drawn with replacement from 30 pairs of`));
    assert.ok(text.includes(`in ${path}: what this machine did from 2026-01-15T09:30:00Z`));
    assert.ok(
      text.includes("an FFI call 118 ns, a reading of JavaScript's clock 41.0 ns, a value"),
    );
  });

  test("colours what it says anyway", () => {
    for (const width of widths) {
      assert.notEqual(render({}, width, true), render({}, width));
      assert.equal(stripVTControlCharacters(render({}, width, true)), render({}, width));
    }
  });
});
