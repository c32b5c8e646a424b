/** `noclobber merge` as its users meet it; nothing is measured. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  assertRefused,
  hasCommand,
  runProgram,
  startProgram,
  temporaryFolder,
} from "../bench/program.test.data.ts";
import { sampleLitmus } from "../src/report/sample-litmus.test.data.ts";
import { changedRun } from "../src/report/sample-run.test.data.ts";
import { baselineOf } from "../src/results/baseline.ts";
import { readRun, serializeLitmus, serializeRun } from "../src/results/store.ts";

/** 0.json to 2.json, of one plan, the last one from elsewhere; and other.json of another plan. */
function folderWithRuns(context: TestContext): string {
  const cwd = temporaryFolder(context);
  for (const n of [0, 1, 2]) {
    const run = changedRun(
      (each) => {
        each.startedAt = `2026-01-0${n + 1}T00:00:00Z`;
        each.options.seed = n;
        each.command = ["noclobber", "bench", "--seed", `${n}`];
        if (n === 2) each.host.hostname = "bench2";
      },
      { forks: 6, scenarios: ["spread"], actors: [2] },
    );
    writeFileSync(join(cwd, `${n}.json`), serializeRun(run));
  }
  const other = changedRun(() => {}, { forks: 1, scenarios: ["hot"], actors: [1] });
  writeFileSync(join(cwd, "other.json"), serializeRun(other));
  return cwd;
}

const names = ["0.json", "1.json", "2.json"];

test("merge adds runs up into a file that every command takes", (context) => {
  const cwd = folderWithRuns(context);
  const { code, stdout, stderr } = runProgram(["merge", ...names, "-o", "all/m.json"], { cwd });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Merged 18 forks of 3 files from 2 hosts: all\/m\.json \(0\.\d MiB\)\n$/);
  assert.match(stderr, /^merged 1 of 3 files\nmerged 2 of 3 files\nmerged 3 of 3 files\n$/);
  const merged = readRun(join(cwd, "all/m.json"));
  assert.deepEqual(
    merged.sources?.map(({ file }) => file),
    names,
  );
  assert.deepEqual(readdirSync(join(cwd, "all")), ["m.json"]);
  const report = runProgram(["report", "all/m.json"], { cwd });
  assert.match(report.stdout, /host +2 hosts: bench1, bench2; the first: bench1, Linux/);
  assert.match(report.stdout, /18 of 18 forks complete/);
  assert.match(report.stdout, /warning +The forks are of 2 hosts, which differ in hostname/);
  // A file of our own may be replaced, by one that it is part of as well.
  const again = runProgram(["merge", "0.json", "1.json", "-o", "all/m.json"], { cwd });
  assert.equal(again.code, 0);
  assert.equal(readRun(join(cwd, "all/m.json")).forks.length, 12);
});

test("merge gives the same file whichever file is named first, and a report that says so", (t) => {
  const cwd = folderWithRuns(t);
  const merged = (...files: string[]): string => {
    const done = runProgram(["merge", ...files, "-o", "m.json"], { cwd });
    assert.equal(done.code, 0, done.stderr);
    return readFileSync(join(cwd, "m.json"), "utf8");
  };
  const text = merged(...names);
  assert.equal(merged(...names.toReversed()), text);
  const report = runProgram(["report", "m.json"], { cwd }).stdout.replace(/\n {9}/g, " ");
  assert.match(report, /forks complete in .*, 3 runs merged, the first of 2026-01-01T00:00:00Z\n/);
  assert.match(report, /\nsetting .*, seeds 0, 1, 2\n/);
  assert.match(
    report,
    /\ncommand {2}3 runs merged: noclobber bench --seed 0; noclobber bench --seed 1; noc/,
  );
  // A merged file has its own start behind its forks.
  const parts = runProgram(["merge", "2.json", "1.json", "-o", "parts.json"], { cwd });
  assert.equal(parts.code, 0);
  assert.equal(merged("parts.json", "0.json"), merged("0.json", "parts.json"));
  assert.deepEqual(
    readRun(join(cwd, "m.json")).sources?.map(({ options }) => options.seed),
    [0, 1, 2],
  );
});

test("merge replaces no measurement, unless it is told to", (context) => {
  const cwd = folderWithRuns(context);
  const before = readFileSync(join(cwd, "other.json"), "utf8");
  const words = ["merge", "0.json", "1.json", "-o", "other.json"];
  const refused = runProgram(words, { cwd });
  assertRefused(refused, /Cannot write other\.json: it is a measurement, .* with --force\.$/m);
  assert.equal(readFileSync(join(cwd, "other.json"), "utf8"), before);
  symlinkSync("other.json", join(cwd, "link.json"));
  const forced = runProgram(["merge", "0.json", "1.json", "-o", "link.json", "--force"], { cwd });
  assert.equal(forced.code, 0, forced.stderr);
  assert.equal(readRun(join(cwd, "other.json")).forks.length, 12);
  const input = runProgram(["merge", "0.json", "-o", "0.json", "--force"], { cwd });
  assertRefused(input, /Cannot write 0\.json: it is one of the files to merge/);
  // What report wrote anew of a merged file is one, too.
  const anew = ["report", "other.json", "--format", "json", "-o", "anew.json"];
  assert.equal(runProgram(anew, { cwd }).code, 0);
  assert.equal(runProgram(["merge", ...names, "-o", "anew.json"], { cwd }).code, 0);
});

test("merge says what does not fit, and leaves what was there", (context) => {
  const cwd = folderWithRuns(context);
  mkdirSync(join(cwd, "folder"));
  writeFileSync(join(cwd, "notes.txt"), "mine");
  writeFileSync(join(cwd, "package.json"), '{"name":"x"}');
  writeFileSync(join(cwd, "cut.json"), readFileSync(join(cwd, "0.json"), "utf8").slice(0, 999));
  const baseline = serializeRun(baselineOf(readRun(join(cwd, "1.json"))));
  writeFileSync(join(cwd, "baseline.json"), baseline);
  writeFileSync(join(cwd, "litmus.json"), serializeLitmus(sampleLitmus([])));
  assert.equal(runProgram(["merge", "2.json", "-o", "old.json"], { cwd }).code, 0);
  const table: readonly [words: string[], sentence: RegExp][] = [
    [["0.json", "other.json", "-o", "old.json"], /other\.json is no run of the same plan as 0\.js/],
    [
      ["0.json", "baseline.json", "-o", "old.json"],
      /baseline\.json does not fit: it is a baseline/,
    ],
    [
      ["0.json", "litmus.json", "-o", "old.json"],
      /litmus\.json is a litmus result, not a run of b/,
    ],
    [["package.json", "0.json", "-o", "old.json"], /package\.json is JSON, but no result of noclo/],
    [["0.json", "0.json", "-o", "old.json"], /0\.json and 0\.json hold the same run/],
    [["0.json", "cut.json", "-o", "old.json"], /cut\.json is not JSON \(999 characters\)/],
    [["0.json", "none.json", "-o", "old.json"], /Cannot read none\.json: ENOENT/],
    [["0.json", "1.json", "-o", "1.json"], /Cannot write 1\.json: it is one of the files to merge/],
    [["0.json", "-o", "notes.txt"], /Cannot write notes\.txt: it is a file that noclobber did not/],
    [["0.json", "-o", "folder"], /Cannot write folder: it is not a regular file/],
    [["0.json", "-o", "notes.txt/m.json"], /Cannot write notes\.txt\/m\.json: ENOTDIR/],
    [["0.json"], /required option '-o, --output <file>' not specified/],
    [["-o", "m.json"], /missing required argument 'files'/],
  ];
  for (const [words, sentence] of table) {
    const finished = runProgram(["merge", ...words], { cwd });
    assertRefused({ ...finished, stderr: finished.stderr.replace(/^merged .*\n/gm, "") }, sentence);
  }
  const kept = readdirSync(cwd).filter((name) => /^(?:\.|notes|old)/.test(name));
  assert.deepEqual(kept, ["notes.txt", "old.json"]);
  assert.equal(readFileSync(join(cwd, "notes.txt"), "utf8"), "mine");
  assert.equal(readRun(join(cwd, "old.json")).forks.length, 6);
});

test("merge on a full disk leaves no half of a file", {
  skip: !hasCommand("prlimit", "-V") && "no prlimit",
}, (context) => {
  const cwd = folderWithRuns(context);
  const through = ["prlimit", "--fsize=65536"];
  const finished = runProgram(["merge", ...names, "-o", "m.json"], { cwd, through });
  const stderr = finished.stderr.replace(/^merged .*\n/gm, "");
  assertRefused(
    { ...finished, stderr },
    /Cannot write m\.json: EFBIG.* Make room, or name another/,
  );
  assert.deepEqual(readdirSync(cwd), [...names, "other.json"]);
});

test("merge ends at Ctrl-C and leaves what was there", async (context) => {
  const cwd = folderWithRuns(context);
  const many = Array.from({ length: 400 }, (_, n) => `${n}-copy.json`);
  const text = readFileSync(join(cwd, "0.json"), "utf8");
  for (const [n, name] of many.entries()) {
    const startedAt = new Date(Date.UTC(2026, 1, 1, 0, n)).toISOString();
    writeFileSync(join(cwd, name), text.replace("2026-01-01T00:00:00Z", startedAt));
  }
  const child = startProgram(["merge", ...many, "-o", "m.json"], cwd);
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    if (stderr === "") child.kill("SIGINT");
    stderr += chunk;
  });
  const [code] = (await once(child, "close")) as [number | null];
  assert.equal(code, 130, stderr);
  assert.match(stderr, /\nInterrupted: m\.json is as it was\.\n$/);
  assert.ok(!readdirSync(cwd).some((name) => name.includes("m.json")));
});
