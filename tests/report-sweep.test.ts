/** `noclobber report` of a sweep, as its users meet it; nothing is measured. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  assertPassed,
  assertRefused,
  runProgram,
  temporaryFolder,
} from "../bench/program.test.data.ts";
import { sampleRun } from "../src/report/sample-run.test.data.ts";
import { sampleSweep } from "../src/report/sweep-sample.test.data.ts";
import { serializeRun, serializeSweep } from "../src/results/store.ts";

const sweep = serializeSweep(sampleSweep("actors", { values: [1, 2], forks: 2 }));

function folderWithFiles(context: TestContext): string {
  const cwd = temporaryFolder(context);
  writeFileSync(join(cwd, "sweep.json"), sweep);
  writeFileSync(join(cwd, "run.json"), serializeRun(sampleRun({ forks: 1 })));
  return cwd;
}

const formats: readonly [words: string[], opening: RegExp][] = [
  [[], /^With fixed-noreplace a lost attempt cost 12\.5 times less at 1 actor and /],
  [["--format", "markdown"], /^### noclobber: sweep\n\n\*\*With fixed-noreplace/],
  [["--format", "csv"], /^tool_commit,.*,axis,swept,scenario,.*\n.*,1,complete,actors,1,/],
  [["--format", "html"], /^<!doctype html>\n<!-- Made by noclobber report/],
  [["--format", "svg", "--chart", "sweep-lost"], /^<!-- Made by noclobber report.*\n<svg /],
  [["--format", "svg", "--chart", "sweep-reservations"], /<title[^>]*>Reservations per second by/],
  [["--format", "svg", "--chart", "sweep-search"], /<title[^>]*>Cost of a search by actors</],
  [["--format", "json"], /^\{"sweepSchemaVersion":1,/],
];

test("report shows a sweep in every format for one, and replaces its own file", (context) => {
  const cwd = folderWithFiles(context);
  for (const [words, opening] of formats) {
    const made = `made-${words.at(-1) ?? "terminal"}`;
    const written = ["report", "sweep.json", ...words, "-o", made];
    assertPassed(runProgram(written, { cwd }));
    assert.match(readFileSync(join(cwd, made), "utf8"), opening);
    assertPassed(runProgram(written, { cwd }));
  }
  assert.equal(runProgram(["report", "sweep.json", "--format", "json"], { cwd }).stdout, sweep);
});

const mistakes: readonly [words: string[], sentence: RegExp][] = [
  [
    ["sweep.json", "--format", "svg", "--chart", "drift"],
    /sweep\.json is one of sweeps, which have no chart drift\. There are: sweep-lost, sweep-res/,
  ],
  [
    ["run.json", "--format", "svg", "--chart", "sweep-lost"],
    /run\.json is one of runs of bench, which have no chart sweep-lost\. There are: percentiles-/,
  ],
  [["sweep.json", "--format", "svg"], /name it with --chart\. There are: .*; of a sweep: sweep-lo/],
  [["sweep.json", "--format", "hlog"], /is one of sweeps, and hlog takes runs of bench alone/],
  [["sweep.json", "--against", "run.json"], /is one of sweeps, and --against compares runs of be/],
  [["run.json", "--against", "sweep.json"], /is one of sweeps, and --against compares runs of be/],
];

test("report says what it cannot make of a sweep", (context) => {
  const cwd = folderWithFiles(context);
  for (const [words, sentence] of mistakes) {
    assertRefused(runProgram(["report", ...words], { cwd }), sentence);
  }
});
