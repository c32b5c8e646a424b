import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import { armOf, soundRun } from "../gate/sound-run.test.data.ts";
import { baselineOf } from "../results/baseline.ts";
import { decodeHistogram, distributionOf, newHistogram } from "../results/histogram.ts";
import type { Run } from "../results/schema.ts";
import { renderHgrm } from "./hgrm.ts";
import { armsOf, sampleRun } from "./sample-run.test.data.ts";

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
const goldenFile = "src/report/hgrm.golden.txt";

const run = soundRun({ scenarios: ["spread"], actors: [2] });

/** With one arm. */
const one = sampleRun({
  forks: 1,
  scenarios: ["spread"],
  actors: [2],
  strategies: ["fixed-noreplace"],
});

/** Title and text of every block. */
function blocksOf(text: string): Map<string, string> {
  const [, ...blocks] = text.split(/\n\n(?=#\[)/);
  return new Map(
    blocks.map((block) => {
      const [title = "", ...lines] = block.trimEnd().split("\n");
      return [title, `${lines.join("\n")}\n`];
    }),
  );
}

/** What the library prints of the histograms of a class, added up. */
function libraryText(of: Run, strategy: string, name: "placed" | "rejected"): string {
  const total = newHistogram();
  for (const { arm } of armsOf(of)) {
    const text = arm.strategy === strategy && arm.distributions[name]?.histogram;
    const histogram = text ? decodeHistogram(text) : undefined;
    if (histogram) total.add(histogram);
  }
  return total.outputPercentileDistribution();
}

describe("renderHgrm()", () => {
  test("prints the golden text", () => {
    const text = renderHgrm(run);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
    assert.equal(text, readFileSync(goldenFile, "utf8"));
  });

  test("has a block for each class, over all forks, as HdrHistogram prints it", () => {
    const blocks = blocksOf(renderHgrm(run));
    const title = "#[spread, 2 actors, fixed-noreplace, placed: 2 forks]";
    assert.equal(blocks.get(title), libraryText(run, "fixed-noreplace", "placed"));
    assert.ok(blocks.has("#[spread, 2 actors, hint-munmap, cleanup: 2 forks]"));
    assert.ok(blocks.has("#[spread, 2 actors, fixed, placed: 2 forks]"));
  });

  test("prints any distribution as HdrHistogram does", () => {
    const call = fc.tuple(
      fc.integer({ min: 0, max: 2 ** 32 - 2 }),
      fc.integer({ min: 1, max: 1e6 }),
    );
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 40 }), (calls) => {
        const changed = structuredClone(one);
        const part = {
          ticks: Uint32Array.from(calls, ([ticks]) => ticks),
          counts: Uint32Array.from(calls, ([, count]) => count),
        };
        const [{ arm } = assert.fail("no arm")] = armsOf(changed);
        arm.distributions = { rejected: distributionOf([part], 2.1) ?? assert.fail("no calls") };
        const title = "#[spread, 2 actors, fixed-noreplace, rejected: 1 fork]";
        const text = blocksOf(renderHgrm(changed)).get(title);
        assert.equal(text, libraryText(changed, "fixed-noreplace", "rejected"));
      }),
      { numRuns: 20 },
    );
  });

  test("refuses a baseline, and what is no histogram", () => {
    assert.throws(() => renderHgrm(baselineOf(run)), /no histogram in fork \d.*this is a baseline/);
    const damaged = structuredClone(run);
    const { placed } = armOf(damaged, "hint-munmap", "spread", 2).distributions;
    Object.assign(placed ?? {}, { histogram: "no base64" });
    assert.throws(() => renderHgrm(damaged), /fork 2, spread, 2 actors, .* is none: the file is/);
  });

  test("is a heading alone where no fork finished a trial", () => {
    assert.match(renderHgrm({ ...run, forks: [] }), /^(#\[.*\]\n){3}$/);
  });
});
