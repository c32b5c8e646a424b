/** The profiles command as its users meet it: help, mistakes, and runs that end well or do not. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { profileOf, profiles } from "../src/profiles/index.ts";
import { unavailableWay } from "../src/reserve/way-facts.ts";
import { type PathArm, type PathRun, pathRunSchema } from "../src/results/path-schema.ts";
import {
  assertPassed,
  assertRefused,
  endOf,
  hasCommand,
  runProgram,
  startProgram,
  temporaryFolder,
} from "./program.test.data.ts";

/** One short fork of a profile that is quickly measured. */
const short = ["profiles", "--profile", "wine-startup", "--time", "1", "--forks", "1"];

function readPaths(path: string): PathRun {
  return pathRunSchema.parse(JSON.parse(readFileSync(path, "utf8")));
}

function armsOf({ forks }: PathRun): PathArm[] {
  return forks.flatMap(({ cases }) => cases.flatMap(({ arms }) => arms));
}

const mistakes: readonly [words: string[], sentence: RegExp][] = [
  [["--profile", "cuda-startpu"], /no profile "cuda-startpu"\. Did you mean cuda-startup\?/i],
  [["--profile", "carve,postgres"], /no profile "postgres"\. Known: cuda-startup, /i],
  [["--profiles", "carve"], /Did you mean --profile\?/],
  [["--time", "0"], /seconds from 1 to 86400/],
  [["--time", "1"], /too short: one fork with \d+ ways of \d+ profiles takes about \d+\.\d s/],
];

test("mistakes are refused, each with a remedy", () => {
  for (const [words, sentence] of mistakes) {
    assertRefused(runProgram(["profiles", ...words]), sentence);
  }
});

test("--list prints every profile with its source and ways, and measures nothing", (context) => {
  const cwd = temporaryFolder(context);
  const all = assertPassed(runProgram(["profiles", "--list"], { cwd }));
  const one = assertPassed(runProgram(["profiles", "--profile", "carve", "--list"], { cwd }));
  for (const { id, ways } of profiles) {
    assert.match(all, new RegExp(`\\b${id}\\b`));
    for (const way of ways) assert.ok(all.includes(way.id), `${way.id} of ${id}`);
    assert.equal(new RegExp(`^\\S*${id}\\b`, "m").test(one), id === "carve", id);
  }
  assert.deepEqual(readdirSync(cwd), []);
});

test("a run reports every way, and its file's counts add up", (context) => {
  const cwd = temporaryFolder(context);
  const ids = ["cuda-startup", "go-arena"];
  const words = ["profiles", "--profile", ids.join(), "--forks", "1", "--time", "2"];
  const { code, stdout, stderr } = runProgram([...words, "-o", "run.json"], { cwd });
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /^Result file: run\.json$/m);
  const run = readPaths(join(cwd, "run.json"));
  assert.deepEqual([run.status, run.forks.map(({ status }) => status)], ["complete", ["complete"]]);
  const cases = run.forks[0]?.cases ?? [];
  assert.deepEqual(
    cases.map(({ profile, violations, arms }) => [profile, violations, arms.map((a) => a.way)]),
    ids.map((id) => {
      const ways = profileOf(id).ways.filter((way) => unavailableWay(way) === undefined);
      return [id, [], ways.map((way) => way.id)];
    }),
  );
  for (const arm of armsOf(run)) {
    assert.ok(stdout.includes(arm.way), arm.way);
    assertAddsUp(arm);
  }
});

function assertAddsUp({ way, counts, systemCalls, distributions, safety }: PathArm): void {
  const { attempts, placed, rejected, misplaced, failed, releases, commits, frees } = counts;
  assert.equal(placed + rejected + misplaced + failed, attempts, way);
  assert.equal(releases, placed, way);
  assert.equal(counts.reservations - counts.givenUp, placed, way);
  assert.equal(counts.cleanups, misplaced, way);
  assert.equal(commits, frees, way);
  assert.equal(safety.leaks, 0, way);
  const timed = { placed, rejected, misplaced, failed, release: releases, commit: commits };
  for (const [name, count] of Object.entries(timed)) {
    const distribution = distributions[name as keyof typeof distributions];
    assert.equal(distribution?.quantiles.count ?? 0, count, `${name} of ${way}`);
  }
  const made = Object.values(systemCalls).reduce((sum, count) => sum + count, 0);
  assert.ok(made >= attempts + counts.cleanups + releases + commits + frees, way);
}

test("--json prints the result file and nothing else on standard output", (context) => {
  const cwd = temporaryFolder(context);
  const words = [...short, "--probe", "libc", "--json", "-o", "run.json"];
  const { code, stdout } = runProgram(words, { cwd });
  assert.equal(code, 0);
  assert.equal(stdout, readFileSync(join(cwd, "run.json"), "utf8"));
  assert.equal(readPaths(join(cwd, "run.json")).probe.kind, "libc");
  // What is there now is a result of this command, and may be written over.
  const again = runProgram([...short, "-o", "run.json"], { cwd });
  assert.equal(again.code, 0, again.stderr);
  assert.notEqual(readFileSync(join(cwd, "run.json"), "utf8"), stdout);
});

test("-o refuses to destroy what is not a result of this command", (context) => {
  const cwd = temporaryFolder(context);
  const files = { "thesis.txt": "years of work", "bench.json": '{"schemaVersion":1,"forks":[]}' };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  mkdirSync(join(cwd, "folder"));
  for (const target of [...Object.keys(files), "folder"]) {
    assertRefused(runProgram([...short, "-o", target], { cwd }), /Cannot write .*another file/);
  }
  for (const [name, text] of Object.entries(files)) {
    assert.equal(readFileSync(join(cwd, name), "utf8"), text);
  }
});

test("Ctrl-C keeps the forks that were finished, and exits 130", async (context) => {
  const cwd = temporaryFolder(context);
  const words = [...short.slice(0, -4), "--time", "60", "--forks", "60", "-o", "run.json"];
  const program = startProgram(words, cwd);
  context.after(() => program.kill("SIGKILL"));
  // Without a terminal there is a line for every finished fork; at the second the first is saved.
  for (let fork = 0; fork < 2; fork++) {
    await once(program.stderr as NodeJS.ReadableStream, "data");
  }
  assert.ok(existsSync(join(cwd, "run.json")), "saved after the first fork");
  const before = readPaths(join(cwd, "run.json"));
  const ended = endOf(program);
  program.kill("SIGINT");
  const { code, stdout } = await ended;
  assert.equal(code, 130);
  const run = readPaths(join(cwd, "run.json"));
  assert.equal(run.status, "interrupted");
  assert.deepEqual(run.forks.slice(0, before.forks.length), before.forks);
  assert.equal(run.forks[0]?.status, "complete");
  assert.equal(run.forks.at(-1)?.status, "interrupted");
  assert.match(stdout, /^Result file: run\.json$/m, "what there is is reported");
});

const prlimit = { skip: !hasCommand("prlimit", "-V") && "no prlimit" };

for (const limitGiB of [2, 5]) {
  test(`where RLIMIT_AS is ${limitGiB} GiB, a run tells what failed`, prlimit, (context) => {
    const cwd = temporaryFolder(context);
    const words = ["profiles", "--profile", "cuda-startup", "--forks", "1", "--time", "2"];
    const { code, stdout, stderr } = runProgram([...words, "-o", "run.json"], {
      cwd,
      through: ["prlimit", `--as=${limitGiB * 2 ** 30}`],
    });
    assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
    const run = readPaths(join(cwd, "run.json"));
    const [fork] = run.forks;
    // A fork may not even start, or end later: then the report has its last words.
    if (fork?.status === "crashed") {
      assert.equal(code, fork.cases.length === 0 ? 2 : 0);
      assert.match(stdout, /^fork 1 +crashed: \S/m);
      return;
    }
    assert.deepEqual([code, fork?.status], [0, "complete"], stderr);
    assert.match(stdout, /failed attempts? of \S+ in cuda-startup with ENOMEM/);
    const failed = armsOf(run).filter(({ counts }) => counts.failed > 0);
    assert.ok(failed.length > 0);
    for (const { counts, errnos } of failed) assert.deepEqual(errnos, { ENOMEM: counts.failed });
    const bites = fork?.cases.flatMap((each) => each.bites) ?? [];
    // Where there was no room nothing was asked; where there was, the flag got the place.
    if (run.flagVerdict !== "supported") return;
    for (const { noreplace } of bites) assert.notEqual(noreplace, "failed");
  });
}
