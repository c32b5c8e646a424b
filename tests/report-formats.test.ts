import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { plainStyle } from "../bench/output.ts";
import { asFile, isOwn } from "../bench/own-report.ts";
import { type FormatName, formatNames, formats } from "../bench/report-formats.ts";
import { soundRun } from "../src/gate/sound-run.test.data.ts";
import { sampleGate } from "../src/report/sample-gate.test.data.ts";
import { sampleCell, sampleLitmus, seenControl } from "../src/report/sample-litmus.test.data.ts";
import { oddPaths } from "../src/report/sample-path.test.data.ts";
import { changedRun, sampleRun } from "../src/report/sample-run.test.data.ts";
import { sampleSweep } from "../src/report/sweep-sample.test.data.ts";
import type { Run } from "../src/results/schema.ts";

const choice = { forks: 7, scenarios: ["occupied", "spread"], actors: [1, 2] };
const litmus = sampleLitmus([sampleCell({ owner: 9 }), seenControl]);
const unsafe = sampleLitmus([sampleCell({ clobbered: 9 })]);

/** Everything that a format makes, of runs with and without a figure. */
async function textsOf(name: FormatName): Promise<string[]> {
  const { bench, path, sweep, litmus: ofLitmus, gate, against } = formats[name];
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
    ...(await Promise.all(Object.values(oddPaths).map((make) => path?.(make(), plainStyle)))),
    ...(await Promise.all(
      [sampleSweep("actors", { forks: 2 }), sampleSweep("size", { forks: 0 })].map((run) =>
        sweep?.({ run, style: plainStyle, chart: "sweep-lost" }),
      ),
    )),
    ...(await Promise.all([litmus, unsafe].map((run) => ofLitmus?.(run, plainStyle)))),
    await gate?.(sampleGate(), plainStyle),
  ];
  return texts.filter((text) => text !== undefined);
}

for (const name of formatNames) {
  test(`a file of ${name} is known again, and taken for no other`, async () => {
    const texts = await textsOf(name);
    assert.ok(texts.length > 0);
    for (const report of texts) {
      const text = asFile(report, name, formats[name]);
      for (const other of formatNames) {
        const isKnown = isOwn(text, other, formats[other]);
        assert.equal(isKnown, other === name, `${other}: ${text.slice(0, 200)}`);
      }
    }
  });
}

/** What people write, with what noclobber printed in it. */
async function ownTexts(): Promise<string[]> {
  const firstOf = async (name: FormatName) => (await textsOf(name))[0] ?? assert.fail();
  const [terminal, markdown] = [await firstOf("terminal"), await firstOf("markdown")];
  const [changelog, kernel] = [await firstOf("changelog"), await firstOf("kernel")];
  const file = asFile(terminal, "terminal", formats.terminal);
  const paths = ["README.md", "package.json", ...readdirSync("docs").map((name) => `docs/${name}`)];
  return [
    ...paths
      .filter((path) => /\.(?:md|json)$/.test(path))
      .map((path) => readFileSync(path, "utf8")),
    terminal,
    `${terminal}\nMy notes.\n`,
    `My notes.\n\n${terminal}`,
    `${file}\nMy notes.\n`,
    `My notes.\n\n${file}`,
    file.replace(/\n\n/, "\n\nMy notes.\n\n"),
    asFile("", "terminal", formats.terminal),
    `${asFile(markdown, "markdown", formats.markdown)}My notes.\n`,
    "### noclobber\n\nmy own notes\n",
    `# Changelog\n\n## [Unreleased]\n\n${changelog}`,
    `${changelog}- and a change of mine\n`,
    `mm: use MAP_FIXED_NOREPLACE\n\nMy own words.\n\n${kernel}`,
    kernel.replace(/^mm: .*/, "mm: my own subject"),
    `${kernel}\nSigned-off-by: A Developer <a@example.org>\n`,
    `My own subject\n\nIt says:\n\n${kernel.replace(/^/gm, "    ")}`,
    "A lost attempt costs me dear.\n\nrun      noclobber 0.1.0\n",
  ];
}

test("no format takes for a file of its own what people write", async () => {
  for (const text of await ownTexts()) {
    // The run that is kept in the documentation is a result file, which report does not replace.
    const isResult = text.startsWith('{"schemaVersion"');
    for (const name of formatNames.filter((each) => !isResult || each !== "json")) {
      assert.ok(!isOwn(text, name, formats[name]), `${name}: ${text.slice(0, 200)}`);
    }
  }
});
