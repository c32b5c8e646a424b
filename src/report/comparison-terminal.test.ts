import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import type { Run } from "../results/schema.ts";
import { digestComparison } from "./comparison.ts";
import { renderComparison } from "./comparison-terminal.ts";
import { changedRun, sampleRun } from "./sample-run.test.data.ts";

const choice = { scenarios: ["occupied", "spread"], actors: [2] };
const baseline = sampleRun(choice);

/** With lost attempts of fixed-noreplace that take twice as long. */
function slower(run: Run): void {
  for (const { arms } of run.forks.flatMap(({ trials }) => trials)) {
    const rejected = arms.find(({ strategy }) => strategy === "fixed-noreplace")?.distributions
      .rejected;
    if (rejected) rejected.quantiles.p50 *= 2;
  }
}

/** One candidate for each thing that can be odd about one. */
const candidates: Readonly<Record<string, () => Run>> = {
  slower: () => changedRun(slower, choice),
  same: () => sampleRun(choice),
  "few forks": () => sampleRun({ ...choice, forks: 1 }),
  "no fork": () => changedRun((run) => Object.assign(run, { forks: [] }), choice),
  "another plan": () => sampleRun({ scenarios: ["hot"], actors: [1, 64] }),
  "another machine": () =>
    changedRun(({ host }) => Object.assign(host, { cpuModel: "x\u001b[31m".repeat(60) }), choice),
};

function render(name: string, width = 100, colour = false): string {
  const candidate = (candidates[name] as () => Run)();
  return renderComparison(digestComparison(baseline, candidate), { width, colour });
}

describe("renderComparison()", () => {
  test("has no line wider than its width, from 60 to 140, whatever is compared", () => {
    const texts = fc.constantFrom(...Object.keys(candidates));
    fc.assert(
      fc.property(texts, fc.integer({ min: 60, max: 140 }), (name, width) => {
        for (const line of render(name, width).split("\n")) {
          assert.ok(line.length <= width, `${name} at ${width}: ${line.length} "${line}"`);
          assert.equal(line, line.trimEnd());
        }
      }),
      { numRuns: 40 },
    );
  });

  test("says the same with and without colour, and nothing that means nothing", () => {
    for (const name of Object.keys(candidates)) {
      const plain = render(name);
      assert.equal(stripVTControlCharacters(render(name, 100, true)), plain);
      assert.doesNotMatch(plain, /NaN|undefined|null|Infinity/);
    }
  });

  test("says of both sides what makes their figures worthless, before it compares them", () => {
    const broken = changedRun((run) => {
      run.forks[1]?.trials[0]?.violations.push("attempts 7, outcomes 6");
      Object.assign(run.forks[2] ?? {}, { status: "crashed", error: "It died", trials: [] });
      run.warnings.push({ code: "load", message: "The load average is 2.1", remedy: "Wait." });
    }, choice);
    const size = { width: 100, colour: false };
    const before = renderComparison(digestComparison(broken, baseline), size);
    assert.match(
      before,
      /^! Baseline: 1 violation of the laws .*: trust no figure of this run\.\n/,
    );
    assert.match(
      before,
      /\n {10}Broken law: fork 2, occupied, 2 actors: attempts 7, outcomes 6\.\n/,
    );
    assert.match(before, /\n {10}Fork 3 crashed: It died; it finished no trial\.\n/);
    assert.match(before, /\n {10}The load average is 2\.1\.\n/);
    const after = renderComparison(digestComparison(baseline, broken), size);
    assert.match(
      after,
      /^! Candidate: 1 violation of the laws .*: trust no figure of this run\.\n/,
    );
  });

  const table: [candidate: string, says: RegExp][] = [
    [
      "slower",
      /\n-- fixed-noreplace \/ hint-munmap: ratio within a fork -+\n[\s\S]*\nspread\/2 +lost p50 /,
    ],
    ["slower", /\nspread\/2 +lost p50 .* 0\.1\d +\+100 % \[\+98\.4, \+102\] +12\n/],
    ["slower", /\n-- fixed-noreplace: drifts with the machine -+\n/],
    ["slower", /\nbaseline {2}noclobber 0\.1\.0 \(e6217015c87b\), 2026-01-15T09:30:00Z: noclob/],
    ["same", / inconclusive +12\n/],
    ["few forks", / too few forks +12\/1\n/],
    ["another plan", /\nunmatched spread\/2 is in the baseline alone\n/],
    ["another machine", /\ndiffers {3}CPU model: baseline AMD EPYC 7B13, candidate/],
  ];
  for (const [name, says] of table) {
    test(`says of a candidate that is ${name}: ${says.source.slice(0, 40)}`, () => {
      assert.match(render(name), says);
    });
  }
});
