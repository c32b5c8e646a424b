/** `noclobber baseline` and `noclobber history` as their users meet them; nothing is measured. */

import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  assertPassed,
  assertRefused,
  hasCommand,
  runProgram,
  temporaryFolder,
} from "../bench/program.test.data.ts";
import { changedRun, sampleRun } from "../src/report/sample-run.test.data.ts";
import { baselineOf } from "../src/results/baseline.ts";
import { fingerprintOf } from "../src/results/fingerprint.ts";
import { sampleLine, sampleMetric } from "../src/results/history.test.data.ts";
import { appendHistory, type HistoryLine } from "../src/results/history.ts";
import type { Run } from "../src/results/schema.ts";
import { readRun, serializeRun } from "../src/results/store.ts";

const choice = { scenarios: ["occupied", "solo"], actors: [1, 2] };
const run = sampleRun(choice);
const fingerprint = fingerprintOf(run);
const target = `results/baseline/${fingerprint}.json`;

/** A folder with the run as results/latest.json. */
function folderWith(context: TestContext, latest: Run = run): string {
  const cwd = temporaryFolder(context);
  mkdirSync(join(cwd, "results"));
  writeFileSync(join(cwd, "results/latest.json"), serializeRun(latest));
  return cwd;
}

test("baseline save keeps the newest run, list and show tell of it", (context) => {
  const cwd = folderWith(context);
  const saved = assertPassed(runProgram(["baseline", "save"], { cwd }));
  assert.match(saved, new RegExp(`^Saved ${target} \\(\\d+ KiB\\): 12 complete forks of 3 config`));
  assert.match(saved, /^commit +e6217015c87b\ncommand +noclobber bench --seed 42\n$/m);
  assert.deepEqual(readRun(join(cwd, target)), baselineOf(run));
  assert.deepEqual(readdirSync(join(cwd, "results/baseline")), [`${fingerprint}.json`]);
  const listed = assertPassed(runProgram(["baseline", "list"], { cwd }));
  assert.match(listed, new RegExp(`^${fingerprint}  2026-01-15T09:30Z  e6217015c87b +12 +3 `, "m"));
  const shown = assertPassed(runProgram(["baseline", "show"], { cwd }));
  assert.match(shown, new RegExp(`^Baseline ${fingerprint}: ${target}, \\d+ KiB\\n`));
  assert.match(shown, /A lost attempt costs 17\.\d .* times less[\s\S]*^command +noclobber bench/m);
  for (const named of [fingerprint, target]) {
    assert.equal(assertPassed(runProgram(["baseline", "show", named], { cwd })), shown);
  }
});

test("baseline save takes another file to another place, and replaces a baseline", (context) => {
  const cwd = folderWith(context);
  const words = ["baseline", "save", "results/latest.json", "-o", "kept/mine.json"];
  assertPassed(runProgram(words, { cwd }));
  const again = assertPassed(runProgram(words, { cwd }));
  assert.match(again, /^replaced +the baseline measured 2026-01-15T09:30:00Z$/m);
  assert.deepEqual(readRun(join(cwd, "kept/mine.json")), baselineOf(run));
  assert.ok(!existsSync(join(cwd, target)));
});

const unfit: readonly [what: string, change: (run: Run) => void, sentence: RegExp][] = [
  [
    "was interrupted",
    (each) => Object.assign(each, { status: "interrupted" }),
    /results\/latest\.json is no baseline: it was interrupted\. Measure again, to the end\./,
  ],
  [
    "never ended",
    (each) => Object.assign(each, { status: "running" }),
    /is no baseline: it was never finished\./,
  ],
  [
    "has too few complete forks",
    ({ forks }) => forks.slice(0, 3).map((fork) => Object.assign(fork, { status: "crashed" })),
    /it has 9 complete forks, and a comparison needs 10\. Measure again with --forks 10 or more/,
  ],
  [
    "broke a law",
    ({ forks }) => forks[4]?.trials[0]?.violations.push("3 attempts, but 2 outcomes"),
    /1 of the laws .* not hold; fork 5, occupied: 3 attempts, but 2 outcomes\. Find out why before/,
  ],
  [
    "was unsafe",
    ({ forks }) => Object.assign(forks[0]?.trials[0]?.arms[0]?.safety ?? {}, { clobbers: 1 }),
    /is no baseline: 1 clobber in .*\. Find out why before anything is compared with it\./,
  ],
];

for (const [what, change, sentence] of unfit) {
  test(`baseline save refuses a run that ${what}`, (context) => {
    const cwd = folderWith(context, changedRun(change, choice));
    assertRefused(runProgram(["baseline", "save"], { cwd }), sentence);
    assert.ok(!existsSync(join(cwd, "results/baseline")));
  });
}

test("baseline save refuses a run that is too large to commit", (context) => {
  const cwd = folderWith(context, sampleRun({ forks: 40 }));
  const refused = /The baseline would take \d+ KiB, 256 KiB at most: .* fewer --forks or --rounds/;
  assertRefused(runProgram(["baseline", "save"], { cwd }), refused);
});

test("baseline save says what a file is that is no run", (context) => {
  const cwd = folderWith(context);
  const files: readonly [name: string, text: string, sentence: RegExp][] = [
    ["gate", '{"schemaVersion":1,"kind":"gate"}', /gate\.json is a gate's result, and a baseline/],
    ["litmus", '{"litmusSchemaVersion":1}', /litmus\.json is a litmus result, and a baseline/],
    ["doctor", '{"doctorSchemaVersion":1}', /doctor\.json is a doctor's report, and a baseline/],
    ["older", '{"schemaVersion":1}', /older\.json has schema version 1, this noclobber reads 2/],
    ["cut", '{"schemaVersion":2,', /cut\.json is not JSON/],
    ["null", "null", /null\.json is JSON, but no result of noclobber/],
  ];
  for (const [name, text, sentence] of files) {
    writeFileSync(join(cwd, `${name}.json`), text);
    assertRefused(runProgram(["baseline", "save", `${name}.json`], { cwd }), sentence);
  }
  assertRefused(runProgram(["baseline", "save", "none.json"], { cwd }), /Cannot read none\.json/);
});

test("baseline save destroys nothing but a baseline", (context) => {
  const cwd = folderWith(context);
  const latest = readFileSync(join(cwd, "results/latest.json"), "utf8");
  appendHistory(join(cwd, "results/history.jsonl"), sampleLine(0));
  writeFileSync(join(cwd, "thesis.txt"), "years of work");
  symlinkSync("/dev/full", join(cwd, "full"));
  const places = ["thesis.txt", "results", "full", "results/latest.json", "results/history.jsonl"];
  for (const place of places) {
    const refused =
      /Cannot write .*(did not write|not a regular file|not a baseline).* another file/;
    assertRefused(runProgram(["baseline", "save", "--force", "-o", place], { cwd }), refused);
  }
  assert.equal(readFileSync(join(cwd, "thesis.txt"), "utf8"), "years of work");
  assert.equal(readFileSync(join(cwd, "results/latest.json"), "utf8"), latest);
});

test("baseline save says what it cannot write", (context) => {
  const cwd = folderWith(context);
  writeFileSync(join(cwd, "results/baseline"), "a file where the folder should be");
  const refused = /Cannot write results\/baseline\/.*: ENOTDIR.* Name another file/;
  assertRefused(runProgram(["baseline", "save"], { cwd }), refused);
});

test("baseline save on a full disk keeps the old file whole", {
  skip: !hasCommand("prlimit", "-V") && "no prlimit",
}, (context) => {
  const cwd = folderWith(context);
  assertPassed(runProgram(["baseline", "save"], { cwd }));
  const before = readFileSync(join(cwd, target));
  const refused =
    /Cannot write .*: EFBIG.* The baseline that was there is as it was\. Name another/;
  const through = ["prlimit", "--fsize=4096"];
  assertRefused(runProgram(["baseline", "save"], { cwd, through }), refused);
  assert.deepEqual(readFileSync(join(cwd, target)), before);
  assert.deepEqual(readdirSync(join(cwd, "results/baseline")), [`${fingerprint}.json`]);
});

/** A gate that found a regression against the run. */
function regression(changes: Partial<HistoryLine> = {}): HistoryLine {
  const slowdown = { estimate: 0.123, lo: 0.081, hi: 0.16 };
  return sampleLine(20, {
    fingerprint,
    verdict: "regressed",
    baselineAt: run.startedAt,
    metrics: [sampleMetric("lost p50", 1.1, { slowdown, verdict: "regressed" })],
    ...changes,
  });
}

test("baseline save does not hide an open alert unless forced, and then says so", (context) => {
  const cwd = folderWith(context);
  const history = join(cwd, "results/history.jsonl");
  appendHistory(history, regression());
  // Without a baseline there is nothing that an alert could be about.
  assertPassed(runProgram(["baseline", "save"], { cwd }));
  const before = readFileSync(join(cwd, target));
  const alert = /open alert, .*: regressed at 2026-01-21T09:30Z, .*: lost p50 \+12\.3 % \[\+8\.1, /;
  assertRefused(runProgram(["baseline", "save"], { cwd }), alert);
  assert.deepEqual(readFileSync(join(cwd, target)), before);
  const forced = assertPassed(runProgram(["baseline", "save", "--force"], { cwd }));
  assert.match(forced, /^hidden +regressed at 2026-01-21T09:30Z, .*: lost p50 \+12\.3 % \[/m);
  appendHistory(history, regression({ verdict: "no-regression" }));
  assert.doesNotMatch(assertPassed(runProgram(["baseline", "save"], { cwd })), /hidden/);
});

test("baseline save wants a history that it can read, unless forced", (context) => {
  const cwd = folderWith(context);
  assertPassed(runProgram(["baseline", "save"], { cwd }));
  writeFileSync(join(cwd, "results/history.jsonl"), "notes\n");
  const bad = /results\/history\.jsonl, line 1 is not JSON/;
  assertRefused(runProgram(["baseline", "save"], { cwd }), bad);
  const { code, stdout, stderr } = runProgram(["baseline", "save", "--force"], { cwd });
  assert.equal(code, 0);
  assert.match(stdout, /^Saved /);
  assert.match(stderr, /^Whether the old baseline has an open alert is unknown: .*line 1 is not/);
});

test("baseline list and show say what is not there, and what cannot be read", (context) => {
  const cwd = temporaryFolder(context);
  const none = assertPassed(runProgram(["baseline", "list"], { cwd }));
  assert.match(none, /^There is no baseline in results\/baseline\./);
  assertRefused(runProgram(["baseline", "show"], { cwd }), /None is there: keep a run with/);
  assertRefused(runProgram(["baseline", "show", "x.json"], { cwd }), /Cannot read x\.json/);
  mkdirSync(join(cwd, "results/baseline"), { recursive: true });
  writeFileSync(join(cwd, "results/baseline/a.json"), serializeRun(run));
  writeFileSync(join(cwd, "results/baseline/b.json"), "{}");
  const listed = assertPassed(runProgram(["baseline", "list"], { cwd }));
  assert.match(listed, /^misnamed +results\/baseline\/a\.json is not named by its fingerprint/m);
  assert.match(listed, /^unreadable +results\/baseline\/b\.json is JSON, but no result of noclob/m);
  assertRefused(runProgram(["baseline", "show"], { cwd }), /to be named\. There are: a, b\./);
  const missing = ["baseline", "show", fingerprint];
  assertRefused(
    runProgram(missing, { cwd }),
    /There is no baseline [0-9a-f]{12} in .* are: a, b\./,
  );
});

test("history shows levels and shifts, of one machine if asked", (context) => {
  const cwd = temporaryFolder(context);
  const empty = assertPassed(runProgram(["history"], { cwd }));
  assert.match(empty, /^There is no history yet/);
  const levels = [1, 1.02, 1.01, 1, 1.02, 1.1, 1.12, 1.11, 1.1, 1.12];
  for (const [day, value] of levels.entries()) {
    const metrics = [sampleMetric("lost p50", value)];
    appendHistory(join(cwd, "results/history.jsonl"), sampleLine(day, { metrics }));
  }
  appendHistory(join(cwd, "results/history.jsonl"), sampleLine(11, { fingerprint: "another" }));
  const all = assertPassed(runProgram(["history"], { cwd }));
  assert.match(all, /^lost p50 +10 +1\.11 +\+9\.9 % {2}02102\|89889$/m);
  assert.match(all, /^shift {2}2026-01-06T09:30Z, c00000000005, lost p50: 1\.01 -> 1\.11/m);
  assert.match(all, /^another: 1 run/m);
  const one = assertPassed(runProgram(["history", "--fingerprint", "another"], { cwd }));
  assert.match(one, /^another: 1 run, /);
  const known = /There is no run of fingerprint third in .* There are: 5c5f4ee1ea0b, another\./;
  assertRefused(runProgram(["history", "--fingerprint", "third"], { cwd }), known);
});

test("history says which line it cannot read", (context) => {
  const cwd = temporaryFolder(context);
  mkdirSync(join(cwd, "results"));
  writeFileSync(join(cwd, "results/history.jsonl"), `${JSON.stringify(sampleLine(0))}\n{"a":`);
  assertRefused(runProgram(["history"], { cwd }), /results\/history\.jsonl, line 2 is not JSON/);
});

test("mistakes in the words are said, at every depth", () => {
  assertRefused(runProgram(["baseline", "save", "--forced"]), /Did you mean --force\?/);
  assertRefused(runProgram(["baseline", "sav"]), /unknown command 'sav'.*\s.*Did you mean save\?/);
  assertRefused(runProgram(["baseline", "list", "more"]), /too many arguments/);
  assertRefused(runProgram(["history", "--fingerprint"]), /argument missing/);
  const { code, stdout } = runProgram(["baseline", "save", "--help"]);
  assert.equal(code, 0);
  for (const flag of ["--force", "--output"]) assert.match(stdout, new RegExp(flag));
});
