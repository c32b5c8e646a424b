import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { digestRun } from "../report/digest.ts";
import { armsOf, sampleRun } from "../report/sample-run.test.data.ts";
import {
  baselineOf,
  mostBaselineBytes,
  readBaselines,
  replacedBaseline,
  serializeBaseline,
} from "./baseline.ts";
import { runSchema } from "./schema.ts";
import { serializeRun } from "./store.ts";

const run = sampleRun({ forks: 2, actors: [1] });

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "noclobber-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("baselineOf()", () => {
  test("drops every histogram and nothing else, and leaves the run as it was", () => {
    const before = structuredClone(run);
    const baseline = runSchema.parse(baselineOf(run));
    assert.deepEqual(run, before);
    for (const { arm } of armsOf(baseline)) {
      for (const distribution of Object.values(arm.distributions)) {
        assert.equal(distribution.histogram, null);
        distribution.histogram = "";
      }
    }
    assert.deepEqual(baseline, run);
  });

  test("leaves all that a report shows", () => {
    assert.deepEqual(digestRun(baselineOf(run)), digestRun(run));
  });
});

describe("serializeBaseline()", () => {
  test("is the text of a result file that is small enough to commit", () => {
    const text = serializeBaseline(run);
    assert.deepEqual(JSON.parse(text), baselineOf(run));
    assert.ok(text.length <= mostBaselineBytes);
  });

  test("keeps a gate's run: 20 forks of two configurations and three strategies", () => {
    const gated = sampleRun({ forks: 20, scenarios: ["occupied", "spread"], actors: [1] });
    assert.ok(serializeBaseline(gated).length <= mostBaselineBytes);
  });

  test("refuses a larger one, and says what makes it so and what to do", () => {
    assert.throws(() => serializeBaseline(sampleRun({ forks: 40 })), {
      name: "UsageError",
      message:
        /^The baseline would take \d+ KiB, 256 KiB at most: .* 40 forks of 10 .* --strategy\.$/,
    });
  });
});

describe("replacedBaseline()", () => {
  test("knows when a baseline was measured, an older version's too, and if there is none", (t) => {
    const folder = folderOf(t);
    const at = (name: string) => join(folder, name);
    writeFileSync(at("empty"), "");
    writeFileSync(at("ours"), serializeBaseline(run));
    writeFileSync(at("pretty"), JSON.stringify(baselineOf(run), null, 2));
    writeFileSync(at("older"), '{"schemaVersion":1,"startedAt":"2025-01-01T00:00:00Z","forks":[]}');
    assert.equal(replacedBaseline(at("none")), undefined);
    assert.equal(replacedBaseline(at("empty")), undefined);
    assert.deepEqual(replacedBaseline(at("ours")), { startedAt: run.startedAt });
    assert.deepEqual(replacedBaseline(at("pretty")), { startedAt: run.startedAt });
    assert.deepEqual(replacedBaseline(at("older")), { startedAt: "2025-01-01T00:00:00Z" });
  });

  test("refuses whatever a baseline would destroy", (t) => {
    const folder = folderOf(t);
    const at = (name: string) => join(folder, name);
    writeFileSync(at("run"), serializeRun(run));
    writeFileSync(at("pretty"), JSON.stringify(run, null, 2));
    writeFileSync(at("gate"), '{"schemaVersion":1,"kind":"gate"}');
    writeFileSync(at("history"), '{"schemaVersion":1,"at":1}\n{"schemaVersion":1,"at":2}\n');
    writeFileSync(at("cut"), serializeBaseline(run).slice(0, 500));
    writeFileSync(at("notes"), "my notes");
    symlinkSync("/dev/null", at("link"));
    for (const name of ["run", "pretty", "gate", "history", "cut"]) {
      assert.throws(() => replacedBaseline(at(name)), {
        name: "UsageError",
        message: /^Cannot write .*: it is a result of noclobber, but not a baseline.* another file/,
      });
    }
    symlinkSync(at("loop"), at("loop"));
    for (const path of [at("notes"), at("link"), folder, at("loop"), at("notes/below")]) {
      assert.throws(() => replacedBaseline(path), {
        name: "UsageError",
        message:
          /^Cannot write .*(did not write|not a reg.* file|ELOOP.*|ENOTDIR.*)\. Name another/,
      });
    }
  });
});

describe("readBaselines()", () => {
  test("is empty where there is no folder, and a sentence where it is none", (t) => {
    const folder = folderOf(t);
    assert.deepEqual(readBaselines(join(folder, "none")), []);
    writeFileSync(join(folder, "file"), "");
    assert.throws(() => readBaselines(join(folder, "file")), {
      name: "UsageError",
      message: /^Cannot list .*ENOTDIR.* Make it a folder that you may read\.$/,
    });
  });

  test("reads every JSON file by name, and says why it cannot", (t) => {
    const folder = folderOf(t);
    const at = (name: string) => join(folder, name);
    writeFileSync(at("b.json"), serializeBaseline(run));
    writeFileSync(at("a.json"), "{}");
    writeFileSync(at("README.md"), "What these files are.");
    mkdirSync(at("c.json"));
    symlinkSync("/dev/zero", at("d.json"));
    symlinkSync(at("none"), at("e.json"));
    const files = readBaselines(folder);
    assert.deepEqual(
      files.map(({ path, state }) => [path, state]),
      [
        [at("a.json"), "unreadable"],
        [at("b.json"), "readable"],
        [at("c.json"), "unreadable"],
        [at("d.json"), "unreadable"],
        [at("e.json"), "unreadable"],
      ],
    );
    const reasons = [/no result of noclobber/, /^$/, /not a regular/, /not a regular/, /ENOENT/];
    for (const [index, file] of files.entries()) {
      if (file.state === "unreadable") assert.match(file.reason, reasons[index] as RegExp);
      else assert.deepEqual([file.run, file.bytes > 0], [baselineOf(run), true]);
    }
  });
});
