import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { sampleRun } from "../report/sample-run.test.data.ts";
import { baselineOf } from "./baseline.ts";
import { refuseMeasurement, targetOf } from "./replaced-file.ts";
import { serializeRun } from "./store.ts";

function folderOf(context: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "noclobber-")));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("targetOf() follows links, to what is not there yet as well", (t) => {
  const folder = folderOf(t);
  const at = (name: string) => join(folder, name);
  mkdirSync(at("deep"));
  writeFileSync(at("deep/file"), "");
  symlinkSync("deep", at("folder"));
  symlinkSync("deep/file", at("link"));
  symlinkSync("link", at("deep/missing-link"));
  symlinkSync("../new", at("deep/up"));
  symlinkSync("folder/up", at("far"));
  symlinkSync("loop", at("loop"));
  const table: readonly [path: string, target: string][] = [
    ["deep/file", "deep/file"],
    ["folder/file", "deep/file"],
    ["link", "deep/file"],
    ["none", "none"],
    ["none/below", "none/below"],
    ["deep/missing-link", "deep/link"],
    ["far", "new"],
  ];
  for (const [path, target] of table) assert.equal(targetOf(at(path)), at(target), path);
  assert.throws(() => targetOf(at("loop")), /ELOOP/);
  assert.throws(() => targetOf(at("link/below")), /ENOTDIR/);
});

test("refuseMeasurement() lets merged files be replaced, and what is no result", (t) => {
  const path = join(folderOf(t), "file.json");
  refuseMeasurement(path);
  const run = sampleRun({ forks: 1, scenarios: ["hot"], actors: [1] });
  const merged = JSON.stringify({ ...run, sources: [] }, null, 2);
  const own = ["", "my notes", '{"name":"x"}', "[1]", merged, '{"schemaVersion":2,"forks":[{"in'];
  for (const text of own) {
    writeFileSync(path, text);
    refuseMeasurement(path);
  }
  const whole = serializeRun(run);
  const measured = [whole, serializeRun(baselineOf(run)), whole.slice(0, 999), `\n${whole}`];
  const others = ['{"pathSchemaVersion":1}', '{"litmusSchemaVersion":1}', '{"schemaVersion":1}'];
  for (const text of [...measured, ...others]) {
    writeFileSync(path, text);
    assert.throws(() => refuseMeasurement(path), {
      name: "UsageError",
      message: /^Cannot write .*file\.json: it is a measurement, .* replace it with --force\.$/,
    });
  }
});
