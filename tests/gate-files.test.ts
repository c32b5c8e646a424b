/** `noclobber gate` between two files: nothing is measured, so every verdict is known before. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { consistentGate } from "../bench/gate.test.data.ts";
import { runProgram, startProgram, temporaryFolder } from "../bench/program.test.data.ts";
import { recount, soundRun } from "../src/gate/sound-run.test.data.ts";
import { noVerdictLine } from "../src/report/gate-line.ts";
import { armsOf } from "../src/report/sample-run.test.data.ts";
import { gateSchema } from "../src/results/gate-schema.ts";
import { readHistory } from "../src/results/history.ts";
import type { Run } from "../src/results/schema.ts";
import { serializeRun } from "../src/results/store.ts";

/** Enough forks for five intervals. */
const base = soundRun({ forks: 10, scenarios: ["occupied", "spread"], actors: [1] });
const files = ["gate", "--baseline", "base.json", "--candidate", "new.json"];

/** A folder with two result files: the candidate's is the baseline's after a change. */
function folderWith(context: TestContext, change: (run: Run) => void): string {
  const cwd = temporaryFolder(context);
  const candidate = structuredClone(base);
  change(candidate);
  writeFileSync(join(cwd, "base.json"), serializeRun(base));
  writeFileSync(join(cwd, "new.json"), serializeRun(candidate));
  return cwd;
}

/** Lost attempts of fixed-noreplace take half as long again. */
function slow(run: Run): void {
  for (const { arm } of armsOf(run).filter(({ arm }) => arm.strategy === "fixed-noreplace")) {
    const { lost } = arm.blocks.latencies;
    const slower = (values: readonly (number | null)[]) => values.map((ns) => ns && ns * 1.5);
    arm.blocks.latencies.lost = { p50: slower(lost.p50), p90: slower(lost.p90) };
  }
}

function otherMachine(run: Run): void {
  run.host.cpuModel = "Cortex-A76";
}

test("gate passes equal files, and tells everybody who wants to know", (context) => {
  const cwd = folderWith(context, () => {});
  const ci = ["env", "GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=summary.md"];
  const words = [...files, "-o", "out", "--junit", "junit.xml"];
  const finished = runProgram(words, { cwd, through: ci });
  const gate = consistentGate(finished, join(cwd, "out/gate.json"));
  assert.deepEqual([gate.verdict, gate.exitCode], ["no-regression", 0]);
  assert.deepEqual([gate.comparison, gate.differences], ["unpaired", []]);
  assert.equal(gate.pairs?.measured, 10, "the negative control has forks of its own");
  assert.match(finished.stderr, /^::notice title=noclobber gate%3A no-regression::No regr/m);
  const xml = readFileSync(join(cwd, "junit.xml"), "utf8");
  assert.match(xml, /^<\?xml .*\s<testsuites name="noclobber gate" tests="15" failures="0"/);
  const summary = readFileSync(join(cwd, "summary.md"), "utf8");
  assert.ok(summary.includes("PASS") && summary.includes("no regression >= 10 %"));
  const again = runProgram(words, { cwd, through: ci });
  assert.equal(again.code, 0, "what an earlier gate wrote is replaced");
  assert.ok(readFileSync(join(cwd, "summary.md"), "utf8").length > summary.length, "appended");
  const history = readHistory(join(cwd, "results/history.jsonl"));
  assert.deepEqual(
    history.map(({ verdict, baselineAt }) => [verdict, baselineAt]),
    Array(2).fill(["no-regression", base.startedAt]),
  );
});

test("gate --json prints its file and nothing else, and a slower candidate fails", (context) => {
  const cwd = folderWith(context, slow);
  const words = [...files, "--json", "-o", "out", "--junit", "deep/junit.xml"];
  const finished = runProgram(words, { cwd, through: ["env", "GITHUB_ACTIONS=true"] });
  assert.equal(finished.code, 1, finished.stderr);
  assert.equal(finished.stdout, readFileSync(join(cwd, "out/gate.json"), "utf8"));
  const { verdict, metrics } = gateSchema.parse(JSON.parse(finished.stdout));
  assert.equal(verdict, "regressed");
  const slower = metrics.filter((metric) => metric.verdict === "regressed");
  assert.deepEqual(
    slower.map(({ name }) => name.split(" / ")[0]),
    ["spread/1 fixed-noreplace lost-p50", "spread/1 fixed-noreplace lost-p50"],
  );
  assert.match(finished.stderr, /^::error title=regressed%3A spread\/1 fixed-noreplace lost/m);
  const xml = readFileSync(join(cwd, "deep/junit.xml"), "utf8");
  assert.match(xml, /<testsuites name="noclobber gate" tests="15" failures="2"/);
  assert.match(xml, /<failure message="\+50\.0 % \[/);
});

test("gate compares no time across machines: exit code 3, or 0 where that may pass", (context) => {
  const cwd = folderWith(context, otherMachine);
  const finished = runProgram([...files, "-o", "out"], { cwd });
  const gate = consistentGate(finished, join(cwd, "out/gate.json"));
  assert.deepEqual([gate.verdict, gate.exitCode, gate.comparison], ["inconclusive", 3, "exact"]);
  assert.match(gate.notes.join(), /another machine.*CPU model AMD EPYC 7B13 and Cortex-A76/);
  const passing = runProgram([...files, "-o", "out", "--on-inconclusive", "pass"], { cwd });
  const passed = consistentGate(passing, join(cwd, "out/gate.json"));
  assert.deepEqual([passed.verdict, passing.code], ["inconclusive", 0]);
});

test("gate finds a broken law on any machine", (context) => {
  const cwd = folderWith(context, (run) => {
    otherMachine(run);
    const lost = armsOf(run).find(({ arm }) => arm.strategy === "hint-munmap") ?? assert.fail();
    recount(lost.arm, { cleanups: -1 });
  });
  const finished = runProgram([...files, "-o", "out", "--on-inconclusive", "pass"], { cwd });
  const gate = consistentGate(finished, join(cwd, "out/gate.json"));
  assert.deepEqual([gate.verdict, finished.code], ["violated", 1]);
  assert.match(gate.sentence, /does not hold that every mapping is unmapped/);
});

const refused: readonly [what: string, change: (run: Run) => void, sentence: RegExp][] = [
  [
    "another probe",
    ({ probe }) => Object.assign(probe, { kind: "libc", clock: "CLOCK_MONOTONIC" }),
    /different ways.*probe native and libc.*Measure both with the same --probe/,
  ],
  [
    "other options",
    ({ options }) => Object.assign(options, { blockMs: 4, touch: true }),
    /did not measure the same: --touch no and yes; --block-ms 24 and 4.* as the baseline was/,
  ],
  [
    "a metric that one side lacks",
    ({ forks }) => {
      for (const fork of forks) fork.trials.splice(1);
    },
    /The candidate has no fork with the metric spread\/1 fixed-noreplace lost-p50.*both sides/,
  ],
  [
    "an interrupted run",
    (run) => Object.assign(run, { status: "interrupted" }),
    /The candidate new\.json is interrupted: 20 forks\. Measure it again, whole/,
  ],
  [
    "a run of crashes",
    ({ forks }) => {
      for (const fork of forks) Object.assign(fork, { status: "crashed", error: "SIGBUS" });
    },
    /new\.json has no complete fork of 20; the first: SIGBUS\. Measure it again/,
  ],
  [
    "figures that no clock measures",
    ({ forks }) => {
      for (const { trials } of forks) trials[1]?.arms[1]?.blocks.latencies.lost.p50.fill(1e300);
    },
    /lost-p50 .* is \S+e\+\d+ in fork 1, which no clock can have measured.* Measure it again/,
  ],
];

for (const [what, change, sentence] of refused) {
  test(`gate has no verdict on ${what}, and says what to do`, (context) => {
    const cwd = folderWith(context, change);
    const { code, stdout, stderr } = runProgram([...files, "-o", "out"], { cwd });
    assert.deepEqual([code, stdout], [2, `${noVerdictLine}\n`], stderr);
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
    assert.equal(existsSync(join(cwd, "out")), false);
  });
}

test("the verdict stands where nothing can be written", (context) => {
  const cwd = folderWith(context, slow);
  mkdirSync(join(cwd, "results"));
  writeFileSync(join(cwd, "results/history.jsonl"), "my notes\n");
  const words = [...files, "-o", "/proc/nowhere", "--junit", "/proc/junit.xml"];
  const through = ["env", "GITHUB_STEP_SUMMARY=/proc/summary.md"];
  const { code, stdout, stderr } = runProgram(words, { cwd, through });
  assert.equal(code, 1, stderr);
  const [text = "", line, ...others] = stdout.trimEnd().split("\n");
  assert.equal(gateSchema.parse(JSON.parse(text)).verdict, "regressed");
  assert.match(line ?? "", /^noclobber-gate verdict=regressed exit=1 /);
  assert.deepEqual(others, []);
  assert.match(stderr, /^Regressed: 2 of 5 metrics/m);
  for (const what of ["/proc/nowhere/gate.json", "/proc/junit.xml", "/proc/summary.md"]) {
    assert.match(stderr, new RegExp(`^(Cannot write|Not written:) ${what}: E`, "m"));
  }
  assert.match(stderr, /history\.jsonl, line 1 is not JSON.*\nThe verdict stands/);
  assert.equal(readFileSync(join(cwd, "results/history.jsonl"), "utf8"), "my notes\n");
});

test("the verdict stands where its reader has gone", async (context) => {
  const cwd = folderWith(context, slow);
  const codeOf = async (...words: readonly string[]) => {
    const gate = startProgram([...words, "-o", "out", "--junit", "junit.xml"], cwd);
    gate.stdout?.destroy();
    return (await once(gate, "exit"))[0];
  };
  assert.equal(await codeOf(...files), 1);
  for (const path of ["out/gate.json", "junit.xml", "results/history.jsonl"]) {
    assert.ok(existsSync(join(cwd, path)), path);
  }
  assert.equal(await codeOf("gate", "--baseline", "nowhere.json"), 2);
});
