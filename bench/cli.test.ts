/** The program as its users meet it: help, mistakes, and runs that end in other ways than well. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Run } from "../src/results/schema.ts";
import { readRun } from "../src/results/store.ts";
import { hasCommand, runProgram, startProgram, temporaryFolder } from "./program.test.data.ts";

/** One short fork of one scenario. */
const short = ["bench", "--scenario", "occupied", "--actors", "1,2", "--time", "2", "--forks", "1"];

const mistakes: readonly [words: string[], sentence: RegExp][] = [
  [["bench", "--frobnicate"], /unknown option '--frobnicate'/],
  [["bench", "--scenaro", "hot"], /Did you mean --scenario\?/],
  [["bensh"], /unknown command 'bensh'.*\s.*Did you mean bench\?/],
  [["bench", "--scenario", "spred"], /no scenario "spred"\. Did you mean spread\?/],
  [["bench", "--strategy", "fixed_noreplace"], /Did you mean fixed-noreplace\?/],
  [["bench", "--strategy", "magic"], /no strategy "magic"\. Known: hint-munmap/],
  [["bench", "--actors", "0"], /whole number from 1 to 64/],
  [["bench", "--actors", "two"], /whole number from 1 to 64/],
  [["bench", "--actors", "9999"], /whole number from 1 to 64/],
  [["bench", "--windows", "-4"], /whole number from 1 to 16384/],
  [["bench", "--windows", "0"], /whole number from 1 to 16384/],
  [["bench", "--window-size", "0"], /size from one page/],
  [["bench", "--window-size", "-1M"], /size from one page/],
  [["bench", "--window-size", "5000"], /not a multiple of the page of 4096/],
  [["bench", "--window-size", "900T"], /size from one page/],
  [["bench", "--hold", "1e9"], /whole number from 0 to 10000/],
  [["bench", "--vmas", "60001"], /whole number from 0 to 60000/],
  [["bench", "--time", "0"], /seconds from 1 to 86400/],
  [["bench", "--time", "soon"], /seconds from 1 to 86400/],
  [["bench", "--time", "1"], /too short: one fork with \d+ trials/],
  [["bench", "--forks", "0"], /whole number from 1 to 1000/],
  [["bench", "--seed", "-1"], /whole number from 0/],
  [["bench", "--prot", "rwx"], /Allowed choices are none, r, rw/],
  [["bench", "--touch", "--prot", "r"], /--touch writes, so it needs --prot rw/],
  [["bench", "--arena", "here"], /address like 0x200000000000/],
  [["bench", "--arena", "0x200000000123"], /not a multiple of the page/],
  [["bench", "--arena", "0x8000000000000"], /beyond user space/],
  [["bench", "--interlopers", "mop:1"], /no interloper "mop:1"|Did you mean map/],
  [["bench", "--interlopers", "map:0"], /whole number from 1 to 16/],
  [["bench", "--windows", "16384", "--vmas", "60000"], /vm.max_map_count is \d+/],
];

for (const [words, sentence] of mistakes) {
  test(`"${words.join(" ")}" is a mistake with a remedy`, () => {
    const { code, stdout, stderr } = runProgram(words);
    assert.equal(code, 2, stderr);
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
    assert.equal(stdout, "");
  });
}

/** Runs the program where a property of `process` says something else. */
function runWhere(property: string, value: string): ReturnType<typeof runProgram> {
  const lie = `Object.defineProperty(${property}, { value: ${JSON.stringify(value)} })`;
  const module = `data:text/javascript,${encodeURIComponent(lie)}`;
  return runProgram(["bench"], { through: ["env", `NODE_OPTIONS=--import=${module}`] });
}

test("another system and an old Node.js are refused with what to do", () => {
  const foreign = runWhere('process, "platform"', "darwin");
  assert.equal(foreign.code, 2);
  assert.match(foreign.stderr, /measures Linux's mmap, and this is darwin\. Run it on Linux/);
  assert.match(foreign.stderr, /look at what was measured there: gate, baseline, history/);
  const old = runWhere('process.versions, "node"', "20.18.3");
  assert.equal(old.code, 2);
  assert.match(old.stderr, /needs Node\.js 20\.19 or later.*Install a newer/);
});

test("--help names every option and its default, and exits 0", () => {
  const { code, stdout } = runProgram(["bench", "--help"]);
  assert.equal(code, 0);
  const flags = [
    "scenario strategy actors windows window-size hold prot touch arena no-anchor no-pin vmas",
    "interlopers seed time forks probe list json output",
  ];
  for (const flag of flags.join(" ").split(" ")) assert.match(stdout, new RegExp(`--${flag}\\b`));
});

test("--list prints the same plan for the same seed, and measures nothing", (context) => {
  const cwd = temporaryFolder(context);
  const first = runProgram(["bench", "--list", "--seed", "7"], { cwd });
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(runProgram(["bench", "--list", "--seed", "7"], { cwd }), first);
  assert.match(first.stdout, /fixed-noreplace/);
  assert.deepEqual(readdirSync(cwd), []);
});

test("a run reports, and leaves a valid file and results/latest.json", (context) => {
  const cwd = temporaryFolder(context);
  const { code, stdout, stderr } = runProgram(short, { cwd });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /lost attempt/i);
  const path = /^Result file: (\S+)$/m.exec(stdout)?.[1];
  assert.ok(path, stdout);
  const run = readRun(join(cwd, path));
  assert.deepEqual(readRun(join(cwd, "results/latest.json")), run);
  assert.equal(run.status, "complete");
  assert.deepEqual(
    run.forks.flatMap((fork) => fork.trials.flatMap((t) => t.violations)),
    [],
  );
  assert.equal(run.forks[0]?.trials.length, 2);
});

test("--json prints the result file and nothing else on standard output", (context) => {
  const cwd = temporaryFolder(context);
  const { code, stdout } = runProgram([...short, "--json", "-o", "run.json"], { cwd });
  assert.equal(code, 0);
  assert.equal(stdout, readFileSync(join(cwd, "run.json"), "utf8"));
});

test("--probe libc is named in the file and in the report", (context) => {
  const cwd = temporaryFolder(context);
  const { code, stdout } = runProgram([...short, "--probe", "libc", "-o", "run.json"], { cwd });
  assert.equal(code, 0);
  assert.match(stdout, /libc probe/);
  assert.equal(readRun(join(cwd, "run.json")).probe.kind, "libc");
});

test("a result that cannot be written goes to standard output, the report beside it", (context) => {
  const cwd = temporaryFolder(context);
  writeFileSync(join(cwd, "results"), "a file where the folder should be");
  const { code, stdout, stderr } = runProgram(short, { cwd });
  assert.equal(code, 0, stderr);
  assert.equal((JSON.parse(stdout) as Run).status, "complete");
  assert.match(stderr, /Cannot write results\/.*standard output/);
  assert.match(stderr, /lost attempt/i);
});

test("-o refuses to destroy what is not a result", (context) => {
  const cwd = temporaryFolder(context);
  writeFileSync(join(cwd, "thesis.txt"), "years of work");
  mkdirSync(join(cwd, "folder"));
  for (const target of ["thesis.txt", "folder", "/dev/null"]) {
    const { code, stderr } = runProgram([...short, "-o", target], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /Cannot write/);
  }
  assert.equal(readFileSync(join(cwd, "thesis.txt"), "utf8"), "years of work");
});

test("two runs never mix, and Ctrl-C keeps what was measured", async (context) => {
  const cwd = temporaryFolder(context);
  const long = [...short.slice(0, -4), "--time", "40", "--forks", "20", "-o", "run.json"];
  const first = startProgram(long, cwd);
  context.after(() => first.kill("SIGKILL"));
  // Without a terminal there is a line for every finished fork.
  await once(first.stderr as NodeJS.ReadableStream, "data");
  const second = runProgram(short, { cwd });
  assert.equal(second.code, 2);
  assert.match(second.stderr, /Another noclobber run/);
  assert.ok(existsSync(join(cwd, "run.json")), "saved after the first fork");
  first.kill("SIGINT");
  const [code] = await once(first, "exit");
  assert.equal(code, 130);
  const run = readRun(join(cwd, "run.json"));
  assert.equal(run.status, "interrupted");
  assert.equal(run.forks[0]?.status, "complete");
  assert.equal(run.forks.at(-1)?.status, "interrupted");
});

test("a fork that is killed is recorded, and the run goes on", async (context) => {
  const cwd = temporaryFolder(context);
  const words = [...short.slice(0, -4), "--time", "6", "--forks", "4", "-o", "run.json"];
  const run = startProgram(words, cwd);
  context.after(() => run.kill("SIGKILL"));
  const forkOf = async (earlier: string): Promise<string> => {
    for (;;) {
      const children = readFileSync(`/proc/${run.pid}/task/${run.pid}/children`, "latin1");
      const found = children.trim().split(" ").at(-1) as string;
      if (found !== "" && found !== earlier) return found;
      await new Promise(setImmediate);
    }
  };
  const first = await forkOf("");
  process.kill(Number(await forkOf(first)), "SIGKILL");
  run.stdout?.resume();
  const [code] = await once(run, "exit");
  assert.equal(code, 0);
  const { forks, warnings } = readRun(join(cwd, "run.json"));
  const crashed = forks.filter((fork) => fork.status === "crashed");
  assert.deepEqual(
    crashed.map((fork) => fork.error),
    ["killed by SIGKILL"],
  );
  assert.equal(forks.at(-1)?.status, "complete");
  assert.ok(warnings.some((warning) => warning.code === "forks-lost"));
});

test("one allowed CPU is said", {
  skip: !hasCommand("taskset", "-V") && "no taskset",
}, (context) => {
  const cwd = temporaryFolder(context);
  const { code, stdout } = runProgram(short, { cwd, through: ["taskset", "-c", "0"] });
  assert.equal(code, 0);
  assert.match(stdout, /One CPU is allowed/);
});

const prlimit = { skip: !hasCommand("prlimit", "-V") && "no prlimit" };

test("windows that RLIMIT_AS forbids end the run with a sentence", prlimit, (context) => {
  const cwd = temporaryFolder(context);
  const words = [...short, "--window-size", "4G", "-o", "run.json"];
  const { code, stderr, stdout } = runProgram(words, {
    cwd,
    through: ["prlimit", `--as=${64 * 2 ** 30}`],
  });
  assert.equal(code, 2, stderr);
  assert.match(stdout + stderr, /Cannot map 4294967296 bytes.*ENOMEM.*RLIMIT_AS/s);
});

test("ENOMEM in the middle of a trial is counted and said", prlimit, (context) => {
  const cwd = temporaryFolder(context);
  const words = ["bench", "--scenario", "spread", "--actors", "1", "--time", "2", "--forks", "1"];
  const { code, stdout } = runProgram([...words, "--window-size", "4G", "-o", "run.json"], {
    cwd,
    through: ["prlimit", `--as=${64 * 2 ** 30}`],
  });
  assert.equal(code, 0);
  assert.match(stdout, /failed with ENOMEM/);
  const arms = readRun(join(cwd, "run.json")).forks[0]?.trials[0]?.arms ?? [];
  const hint = arms.find((arm) => arm.strategy === "hint-munmap");
  assert.ok((hint?.counts.failed ?? 0) > 0);
  assert.equal(hint?.errnos["ENOMEM"], hint?.counts.failed);
});
