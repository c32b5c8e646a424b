import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { sampleGate } from "../report/sample-gate.test.data.ts";
import { sampleLitmus } from "../report/sample-litmus.test.data.ts";
import { samplePath } from "../report/sample-path.test.data.ts";
import { sampleRun } from "../report/sample-run.test.data.ts";
import { sampleSweep } from "../report/sweep-sample.test.data.ts";
import { readResult } from "./read-result.ts";

const folder = mkdtempSync(join(tmpdir(), "noclobber-"));
after(() => rmSync(folder, { recursive: true }));

function pathOf(text: string): string {
  const path = join(folder, "result.json");
  writeFileSync(path, text);
  return path;
}

const run = sampleRun({ forks: 1, scenarios: ["hot"], actors: [2] });

test("readResult() tells the kinds apart", () => {
  const litmus = sampleLitmus([]);
  const gate = sampleGate();
  const path = samplePath(1);
  assert.deepEqual(readResult(pathOf(JSON.stringify(run))), { kind: "bench", run });
  assert.deepEqual(readResult(pathOf(JSON.stringify(path))), { kind: "path", run: path });
  assert.deepEqual(readResult(pathOf(JSON.stringify(litmus))), { kind: "litmus", run: litmus });
  assert.deepEqual(readResult(pathOf(JSON.stringify(gate))), { kind: "gate", gate });
  const sweep = sampleSweep("size", { forks: 1 });
  assert.deepEqual(readResult(pathOf(JSON.stringify(sweep))), { kind: "sweep", run: sweep });
});

const refused: readonly [what: string, text: string, sentence: RegExp][] = [
  [
    "an empty file",
    "",
    /result\.json is not JSON \(0 characters\): truncated\? Name a result file/,
  ],
  ["half a file", JSON.stringify(run).slice(0, 500), /is not JSON \(500 characters\): truncated\?/],
  ["another JSON", '{"name":"x"}', /is JSON, but no result of noclobber\. Name a result file of/],
  ["no object", "[1]", /is JSON, but no result/],
  ["null", "null", /is JSON, but no result/],
  ["a doctor's report", '{"doctorSchemaVersion":1}', /is a doctor's report, which doctor alone/],
  ["an older run", '{"schemaVersion":1,"forks":[]}', /has schema version 1, this .* reads 2/],
  ["a newer gate", '{"schemaVersion":9,"kind":"gate"}', /has schema version 9, this .* reads 1/],
  ["a newer litmus", '{"litmusSchemaVersion":7}', /has schema version 7, this noclobber reads 1/],
  ["a newer path", '{"pathSchemaVersion":7}', /has schema version 7, this noclobber reads 1/],
  ["a path with a hole", '{"pathSchemaVersion":1}', /is not valid: tool: .*Name a result file of/],
  ["a newer sweep", '{"sweepSchemaVersion":9}', /has schema version 9, this noclobber reads 1/],
  ["a run with a hole", '{"schemaVersion":2,"forks":[]}', /is not valid: tool: .*Name a result/],
];

for (const [what, text, sentence] of refused) {
  test(`readResult() refuses ${what}`, () => {
    assert.throws(() => readResult(pathOf(text)), sentence);
  });
}

test("readResult() says what it cannot read", () => {
  assert.throws(() => readResult(folder), /Cannot read .*: EISDIR.*Name a result file of `noclob/);
  assert.throws(() => readResult(join(folder, "none.json")), /Cannot read .*: ENOENT/);
});
