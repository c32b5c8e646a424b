/** `noclobber report` as its users meet it; nothing is measured. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { reportCommand } from "../bench/commands/report.ts";
import {
  assertPassed,
  assertRefused,
  runProgram,
  temporaryFolder,
} from "../bench/program.test.data.ts";
import { UsageError } from "../src/errors.ts";
import { soundRun } from "../src/gate/sound-run.test.data.ts";
import { sampleGate } from "../src/report/sample-gate.test.data.ts";
import { sampleCell, sampleLitmus, seenControl } from "../src/report/sample-litmus.test.data.ts";
import { samplePath } from "../src/report/sample-path.test.data.ts";
import { sampleRun } from "../src/report/sample-run.test.data.ts";
import { baselineOf } from "../src/results/baseline.ts";
import { serializeLitmus, serializePath, serializeRun } from "../src/results/store.ts";

const choice = { forks: 7, scenarios: ["occupied", "spread"], actors: [1, 2] };
const run = soundRun(choice);
const older = { ...sampleRun(choice), startedAt: "2026-01-14T09:30:00Z" };

/** Every kind of result under the name that it has where it is written. */
const files: Readonly<Record<string, string>> = {
  "results/latest.json": serializeRun(run),
  "older.json": serializeRun(older),
  "baseline.json": serializeRun(baselineOf(run)),
  "litmus.json": serializeLitmus(sampleLitmus([sampleCell({ owner: 9 }), seenControl])),
  "profiles.json": serializePath(samplePath()),
  "gate.json": JSON.stringify(sampleGate()),
  "doctor.json": '{"doctorSchemaVersion":1}',
  "version.json": serializeRun(run).replace('"schemaVersion":2', '"schemaVersion":1'),
  "cut.json": serializeRun(run).slice(0, 9999),
};

function folderWithFiles(context: TestContext): string {
  const cwd = temporaryFolder(context);
  mkdirSync(join(cwd, "results"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return cwd;
}

/** What each format begins with, and the words that ask for it. */
const formats: readonly [format: string, words: string[], opening: RegExp][] = [
  ["terminal", [], /^A lost attempt costs .*\n[\s\S]*\nrun +noclobber 0\.1\.0/],
  ["markdown", [], /^### noclobber\n\n\*\*A lost attempt/],
  ["kernel", [], /^mm: [\s\S]*Measured with\s+noclobber/],
  ["changelog", ["--against", "older.json"], /^### Changed\n\n<!-- noclobber /],
  ["html", [], /^<!doctype html>\n<!-- Made by noclobber report/],
  ["svg", ["--chart", "ratios"], /^<!-- Made by noclobber report/],
  ["hlog", [], /^#\[Logged with noclobber /],
  ["hgrm", [], /^#\[Percentile distributions of noclobber /],
  ["csv", [], /^tool_commit,host,/],
  ["json", [], /^\{"schemaVersion":2,/],
];

test("report has every format, on standard output or in a file", (context) => {
  const cwd = folderWithFiles(context);
  for (const [index, [format, words, opening]] of formats.entries()) {
    const asked = ["report", "--format", format, ...words];
    if (index % 2 === 0) assert.match(assertPassed(runProgram(asked, { cwd })), opening);
    else {
      assert.equal(assertPassed(runProgram([...asked, "-o", `out/${format}`], { cwd })), "");
      assert.match(readFileSync(join(cwd, "out", format), "utf8"), opening);
    }
  }
});

test("report replaces a file of the same format, and no other", (context) => {
  const cwd = folderWithFiles(context);
  const words = ["report", "--format", "csv", "-o"];
  assertPassed(runProgram(["report", "older.json", "--format", "csv", "-o", "a.csv"], { cwd }));
  const before = readFileSync(join(cwd, "a.csv"), "utf8");
  assertPassed(runProgram([...words, "a.csv"], { cwd }));
  assert.notEqual(readFileSync(join(cwd, "a.csv"), "utf8"), before);
  const other = runProgram([...words, "results/latest.json"], { cwd });
  assertRefused(other, /latest\.json: it is not a csv report of noclobber, .* --force/);
  assert.equal(
    readFileSync(join(cwd, "results/latest.json"), "utf8"),
    files["results/latest.json"],
  );
  assertPassed(runProgram([...words, "results/latest.json", "--force"], { cwd }));
  assert.match(readFileSync(join(cwd, "results/latest.json"), "utf8"), /^tool_commit,/);
});

test("report replaces what it has written, and nothing that somebody wrote into", (context) => {
  const cwd = folderWithFiles(context);
  for (const [format, words] of formats) {
    const asked = ["report", "--format", format, ...words, "-o", "own"];
    writeFileSync(join(cwd, "own"), "");
    assertPassed(runProgram(asked, { cwd }));
    assertPassed(runProgram(asked, { cwd }));
    if (!["terminal", "markdown", "kernel", "changelog"].includes(format)) continue;
    appendFileSync(join(cwd, "own"), "\nMy notes.\n");
    const refused = runProgram(asked, { cwd });
    assertRefused(refused, /Cannot write own: it is not a \w+ report .*, and would be lost/);
    assert.match(readFileSync(join(cwd, "own"), "utf8"), /\nMy notes\.\n$/);
  }
  const readme = readFileSync("README.md", "utf8");
  writeFileSync(join(cwd, "README.md"), readme);
  assertRefused(runProgram(["report", "-o", "README.md"], { cwd }), /README\.md: it is not a term/);
  assert.equal(readFileSync(join(cwd, "README.md"), "utf8"), readme);
});

test("report --format json replaces no measurement", (context) => {
  const cwd = folderWithFiles(context);
  const json = (...words: string[]) =>
    runProgram(["report", "--format", "json", ...words], { cwd });
  const refused = json("-o", "older.json");
  assertRefused(refused, /Cannot write older\.json: it is a measurement, .* with --force\.$/m);
  assert.equal(readFileSync(join(cwd, "older.json"), "utf8"), files["older.json"]);
  assertRefused(json("baseline.json", "-o", "results/latest.json"), /it is a measurement/);
  assertRefused(json("-o", "cut.json"), /it is a measurement/);
  assertPassed(json("-o", "copy.json"));
  assertPassed(json("-o", "copy.json"));
  assertPassed(json("copy.json", "-o", "copy.json"));
  assertPassed(json("older.json", "-o", "copy.json", "--force"));
  assert.equal(readFileSync(join(cwd, "copy.json"), "utf8"), files["older.json"]);
  assert.equal(runProgram(["merge", "older.json", "-o", "merged.json"], { cwd }).code, 0);
  assertPassed(json("-o", "merged.json"));
});

test("report -o writes through a link, and leaves who may read the file", (context) => {
  const cwd = folderWithFiles(context);
  mkdirSync(join(cwd, "private"));
  symlinkSync("private/report", join(cwd, "link"));
  assertPassed(runProgram(["report", "-o", "link"], { cwd }));
  chmodSync(join(cwd, "private/report"), 0o600);
  assertPassed(runProgram(["report", "older.json", "-o", "link"], { cwd }));
  assert.ok(lstatSync(join(cwd, "link")).isSymbolicLink());
  assert.match(readFileSync(join(cwd, "private/report"), "utf8"), /2026-01-14T09:30:00Z/);
  assert.equal(statSync(join(cwd, "private/report")).mode & 0o777, 0o600);
});

test("report makes a folder, and no path of folders", (context) => {
  const cwd = folderWithFiles(context);
  const words = ["report", "--format", "changelog", "--against", "older.json", "--insert"];
  const refused = runProgram(["report", "-o", "typo/deep/report"], { cwd });
  assertRefused(
    refused,
    /Cannot write typo\/deep\/report: there is no folder .*typo\. Make it, or/,
  );
  assertRefused(runProgram([...words, "typo/deep/C.md"], { cwd }), /there is no folder .*typo\. /);
  assert.ok(!existsSync(join(cwd, "typo")));
  assertPassed(runProgram(["report", "-o", "out/report"], { cwd }));
});

test("report takes results of litmus and gate", (context) => {
  const cwd = folderWithFiles(context);
  const show = (file: string) => assertPassed(runProgram(["report", file], { cwd }));
  assert.match(show("litmus.json"), /^No forbidden outcome was seen on this kernel/);
  assert.match(show("gate.json"), /^Regressed: 1 of 5 metrics/);
  const junit = (file: string) =>
    assertPassed(runProgram(["report", file, "--format", "junit"], { cwd }));
  assert.match(junit("litmus.json"), /<testsuites name="noclobber litmus" tests="2"/);
  assert.match(junit("gate.json"), /<testsuites name="noclobber gate"/);
});

test("report takes results of profiles", (context) => {
  const cwd = folderWithFiles(context);
  const table: readonly [format: string, opening: RegExp][] = [
    ["terminal", /^Of a reservation's time in cuda-startup, [\s\S]*\nrun +noclobber 0\.1\.0/],
    ["markdown", /^### noclobber: profiles\n\n\*\*Of a reservation's time/],
    ["csv", /^tool_commit,host,kernel,started_at,fork,status,profile,actors,interlopers,way,/],
    ["json", /^\{"pathSchemaVersion":1,/],
  ];
  for (const [format, opening] of table) {
    const words = ["report", "profiles.json", "--format", format];
    const text = assertPassed(runProgram(words, { cwd }));
    assert.match(text, opening);
    if (format === "json") assert.equal(text, files["profiles.json"]);
    for (const _ of ["once", "again"]) {
      assertPassed(runProgram([...words, "-o", `out/${format}`], { cwd }));
    }
  }
});

test("report --against sets two runs side by side, below the report of the newer", (context) => {
  const cwd = folderWithFiles(context);
  const words = ["report", "--against", "older.json"];
  const text = assertPassed(runProgram(words, { cwd }));
  assert.ok(text.startsWith(assertPassed(runProgram(["report"], { cwd }))));
  assert.match(text, /\n-- fixed-noreplace \/ hint-munmap: ratio within a fork -+\n/);
  assert.match(text, /\nbaseline +noclobber 0\.1\.0 .*, 2026-01-14T09:30:00Z: noclobber bench/);
  assert.match(assertPassed(runProgram([...words, "--format", "markdown"], { cwd })), /comparison/);
});

test("report --insert takes a changelog alone", (context) => {
  const cwd = folderWithFiles(context);
  const words = ["report", "--format", "changelog", "--against", "older.json", "--insert"];
  const others: Readonly<Record<string, string>> = {
    "older.json": files["older.json"] ?? "",
    "results/latest.json": files["results/latest.json"] ?? "",
    "package.json": readFileSync("package.json", "utf8"),
    "notes.md": "my notes\n",
    "page.html": "<h1>x</h1>\n",
    "run.sh": "#!/bin/sh\n# A title\n",
    Makefile: "all:\n\ttrue\n",
  };
  for (const [name, text] of Object.entries(others)) {
    writeFileSync(join(cwd, name), text);
    const refused = runProgram([...words, name], { cwd });
    assertRefused(refused, /Cannot insert into \S+: it is no changelog in Markdown.* Name one/);
    assert.equal(readFileSync(join(cwd, name), "utf8"), text);
  }
  assertRefused(runProgram([...words, "new.json"], { cwd }), /new\.json: it is no changelog/);
  for (const name of ["CHANGES", "CHANGELOG-1.2", "new.md"]) {
    assertPassed(runProgram([...words, name], { cwd }));
  }
});

test("report --insert through a link links from the file itself, and keeps its mode", (context) => {
  const cwd = folderWithFiles(context);
  mkdirSync(join(cwd, "sub/deep"), { recursive: true });
  const path = join(cwd, "sub/deep/C.md");
  writeFileSync(path, "# Changelog\n");
  chmodSync(path, 0o640);
  symlinkSync("sub/deep/C.md", join(cwd, "C.md"));
  const words = ["report", "--format", "changelog", "--against", "older.json", "--insert", "C.md"];
  assertPassed(runProgram(words, { cwd }));
  assert.match(readFileSync(path, "utf8"), /\(\.\.\/\.\.\/results\/latest\.json\)/);
  assert.equal(statSync(path).mode & 0o777, 0o640);
});

test("report --insert puts the entry into the changelog once, with a link", (context) => {
  const cwd = folderWithFiles(context);
  mkdirSync(join(cwd, "docs"));
  const path = join(cwd, "docs/CHANGELOG.md");
  const before = "# Changelog\r\n\r\n## [Unreleased]\r\n\r\n## 1.0.0\r\n";
  writeFileSync(path, before);
  symlinkSync("docs/CHANGELOG.md", join(cwd, "link.md"));
  const words = ["report", "--format", "changelog", "--against", "older.json", "--insert"];
  const first = assertPassed(runProgram([...words, "docs/CHANGELOG.md"], { cwd }));
  assert.equal(first, "The entry is now in docs/CHANGELOG.md.\n");
  const once = readFileSync(path, "utf8");
  assert.match(once, /## \[Unreleased\]\r\n\r\n### Changed\r\n\r\n<!-- noclobber /);
  assert.match(once, /\(\.\.\/results\/latest\.json\)/);
  assert.match(once, /\r\n\r\n## 1\.0\.0\r\n$/);
  const second = assertPassed(runProgram([...words, "docs/CHANGELOG.md"], { cwd }));
  assert.equal(second, "The entry is there already, in docs/CHANGELOG.md.\n");
  assert.equal(readFileSync(path, "utf8"), once);
  writeFileSync(path, before);
  assertPassed(runProgram([...words, "link.md"], { cwd }));
  assert.match(readFileSync(path, "utf8"), /### Changed/);
  writeFileSync(path, Buffer.from([0xff, 0xfe, 0x41]));
  const refused = runProgram([...words, "docs/CHANGELOG.md"], { cwd });
  assertRefused(refused, /Cannot insert into .*docs\/CHANGELOG\.md: .* in UTF-8/);
  assertRefused(runProgram([...words, "docs"], { cwd }), /Cannot insert into .*docs: EISDIR/);
});

const mistakes: readonly [words: string[], sentence: RegExp][] = [
  [["results"], /Cannot read .*results: EISDIR/],
  [["doctor.json"], /doctor\.json is a doctor's report/],
  [["version.json"], /version\.json has schema version 1, this noclobber reads 2/],
  [["cut.json"], /cut\.json is not JSON \(9999 characters\): truncated\?/],
  [["--format", "junit"], /is one of runs of bench, and junit takes litmus results and gates' res/],
  [["gate.json", "--format", "hlog"], /one of gates' results, and hlog takes runs of bench alone/],
  [["gate.json", "--format", "csv"], /csv takes runs of bench and results of profiles/],
  [["profiles.json", "--format", "html"], /one of results of profiles, and html takes runs of be/],
  [
    ["profiles.json", "--against", "older.json"],
    /results of profiles, and --against compares runs/,
  ],
  [["--against", "profiles.json"], /is one of results of profiles, and --against compares runs/],
  [["litmus.json", "--format", "html"], /one of litmus results, and html takes runs of bench/],
  [["--format", "csv", "--against", "older.json"], /csv shows one run .* --format terminal, mark/],
  [["--format", "changelog"], /it needs two runs: name the older one with --against/],
  [["--against", "gate.json"], /gate\.json is one of gates' results, and --against compares runs/],
  [["gate.json", "--against", "older.json"], /gate\.json is one of gates' results, and --against/],
  [["--format", "svg"], /An svg is one chart: name it with --chart\. There are: percentiles-lost,/],
  [["--chart", "drift"], /--chart goes with --format svg; terminal has no chart/],
  [["--insert", "CHANGELOG.md"], /--insert goes with --format changelog/],
  [["baseline.json", "--format", "hlog"], /no histogram in fork 1, .*: this is a baseline/],
  [["baseline.json", "--format", "hgrm"], /no histogram in fork 1, .*: this is a baseline/],
  [["-o", "results"], /Cannot write .*results: it is not a regular file\. Name another file/],
  [["-o", "results", "--force"], /Cannot write .*results: it is not a regular file/],
  [["-o", "older.json/report"], /Cannot write .*older\.json\/report: ENOTDIR.* Name another file/],
];

test("report says what is wrong, and what to do", async (context) => {
  const cwd = folderWithFiles(context);
  const absolute = (word: string) => (/^(\w+\.json|results)/.test(word) ? join(cwd, word) : word);
  for (const [words, sentence] of mistakes) {
    const [file = "", ...rest] = words.map(absolute);
    const named = file.startsWith("-") ? [absolute("results/latest.json"), file] : [file];
    const run = reportCommand.parseAsync([...named, ...rest], { from: "user" });
    await assert.rejects(
      run,
      (error) => error instanceof UsageError && sentence.test(error.message),
    );
  }
});

test("report refuses words that it does not know, and a file that is not there", (context) => {
  const cwd = temporaryFolder(context);
  const table: readonly [words: string[], sentence: RegExp][] = [
    [[], /Cannot read results\/latest\.json: ENOENT.* Name a result file of `noclobber bench`/],
    [["--format", "cvs"], /Allowed choices are terminal, markdown, changelog/],
    [["--format", "svg", "--chart", "pie"], /Allowed choices are percentiles-lost, /],
    [["--frce"], /Did you mean --force\?/],
  ];
  for (const [words, sentence] of table) {
    assertRefused(runProgram(["report", ...words], { cwd }), sentence);
  }
});

test("report says where it may not write", {
  skip: process.getuid?.() === 0 && "root may write anywhere",
}, (context) => {
  const cwd = folderWithFiles(context);
  mkdirSync(join(cwd, "locked"));
  chmodSync(join(cwd, "locked"), 0o500);
  const refused = runProgram(["report", "-o", "locked/report"], { cwd });
  assertRefused(refused, /Cannot write locked\/report: EACCES.* Name another file/);
});

test("report into a closed pipe ends quietly", (context) => {
  const cwd = folderWithFiles(context);
  const cli = fileURLToPath(new URL("../bench/cli.js", import.meta.url));
  const script = `"${process.execPath}" "${cli}" report --format csv | head -n 1`;
  const { stdout, stderr, status } = spawnSync("bash", ["-c", `set -o pipefail; ${script}`], {
    cwd,
    encoding: "utf8",
  });
  assert.match(stdout, /^tool_commit,.*\n$/);
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.ok(!existsSync(join(cwd, "out")));
});
