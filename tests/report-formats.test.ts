import assert from "node:assert/strict";
import { test } from "node:test";
import { plainStyle } from "../bench/output.ts";
import { formatNames, formats } from "../bench/report-formats.ts";
import { soundRun } from "../src/gate/sound-run.test.data.ts";
import { sampleGate } from "../src/report/sample-gate.test.data.ts";
import { sampleCell, sampleLitmus, seenControl } from "../src/report/sample-litmus.test.data.ts";
import { changedRun, sampleRun } from "../src/report/sample-run.test.data.ts";
import type { Run } from "../src/results/schema.ts";

const choice = { forks: 7, scenarios: ["occupied", "spread"], actors: [1, 2] };
const litmus = sampleLitmus([sampleCell({ owner: 9 }), seenControl]);
const unsafe = sampleLitmus([sampleCell({ clobbered: 9 })]);

/** Everything that a format makes, of runs with and without a figure. */
async function textsOf(name: (typeof formatNames)[number]): Promise<string[]> {
  const { bench, litmus: ofLitmus, gate, against } = formats[name];
  const common = { style: plainStyle, link: "results/latest.json", chart: "ratios" } as const;
  const baseline = sampleRun(choice);
  const show = async (run: Run) => [
    ...(against === "always" ? [] : [await bench?.({ ...common, run })]),
    ...(against === "never" ? [] : [await bench?.({ ...common, run, baseline })]),
  ];
  const noFork = changedRun((run) => Object.assign(run, { forks: [] }), choice);
  const texts = [
    ...(await show(soundRun(choice))),
    ...(await show(noFork)),
    ...(await Promise.all([litmus, unsafe].map((run) => ofLitmus?.(run, plainStyle)))),
    await gate?.(sampleGate(), plainStyle),
  ];
  return texts.filter((text) => text !== undefined);
}

for (const name of formatNames) {
  test(`a file of ${name} is known by its beginning, and taken for no other`, async () => {
    const texts = await textsOf(name);
    assert.ok(texts.length > 0);
    for (const text of texts) {
      for (const other of formatNames) {
        const isKnown = formats[other].opening.test(text.slice(0, 16_000));
        assert.equal(isKnown, other === name, `${other}: ${text.slice(0, 200)}`);
      }
    }
  });
}
