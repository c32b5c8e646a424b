/** `noclobber advise` as its users meet it: refusals, and one short run. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { adviceSchema } from "../src/results/advice-schema.ts";
import { pathRunSchema } from "../src/results/path-schema.ts";
import { refuseTooManyBytes } from "./advise-request.ts";
import { assertRefused, type Finished, runProgram, temporaryFolder } from "./program.test.data.ts";

const size = ["--size", "64M", "--align", "2M"];
const range = ["--range", "0x200000000-0xd00000000"];

const mistakes: readonly [words: readonly string[], sentence: RegExp][] = [
  [[], /required option '--size <size>' not specified/],
  [["--size", "soon"], /Want a size/],
  [["--size", "5000"], /--size 5000 is not a multiple of the page of 4096.*Ask for 8 KiB/],
  [["--size", "0"], /Want a size/],
  [["--size", "64M", "--align", "3M"], /--align 3145728 is not a power of two.*Ask for 4 MiB/],
  [["--size", "64M", "--align", "512"], /not a power of two from the page.*Ask for 4 KiB/],
  [[...size, "--range", "here"], /Want two addresses like 0x200000000-0xd00000000/],
  [[...size, "--range", "0x200000000"], /Want two addresses/],
  [[...size, "--range", "0x200000000-0x200000000"], /is empty\. Name an end above/],
  [
    [...size, "--range", "0xd00000000-0x200000000"],
    /ends below its beginning\. Turn it round: 0x200000000-0xd00000000/,
  ],
  [[...size, "--range", "0x200000800-0xd00000000"], /multiple of the page of 4096.*Round both/],
  [[...size, "--range", "0x200000000-0xd00000001"], /multiple of the page of 4096/],
  [[...size, "--range", "0x200000000-0x8000000000000"], /beyond user space, which ends at 0x/],
  [[...size, "--range", "0x0-0xd00000000"], /begins below vm\.mmap_min_addr/],
  [
    [...size, "--range", "0x200000000-0x210000000", "--threads", "2", "--hold", "2"],
    /has room for 4 places of 64 MiB at multiples of 2 MiB, and 2 threads that keep 2.* need 6/,
  ],
  [[...size, "--range", "0x200000000-0x201000000"], /has room for 0 places/],
  [
    ["--size", "4K", "--range", "0x200000000-0x200004000", "--threads", "2", "--hold", "1"],
    /room for 4 places of 4 KiB at .*tells owners apart by pieces of 64 KiB: it can measure 0/,
  ],
  [
    ["--size", "256G", "--threads", "64", "--hold", "100"],
    /Without --range noclobber measures in 0x.* room for 16 places of 256 GiB.*need 6464\. Ask for/,
  ],
  [[...size, "--range", "0-0x10000000"], /each with its 0x/],
  [[...size, "--threads", "0"], /whole number from 1 to 64/],
  [[...size, "--threads", "65"], /whole number from 1 to 64/],
  [[...size, "--hold", "-1"], /whole number from 0 to 1023/],
  [[...size, "--hold", "1023", "--threads", "64"], /vm\.max_map_count is \d+/],
  [[...size, "--min-kernel", "new"], /number of a kernel, like 4\.14/],
  [[...size, "--min-kernel", "99.0"], /--min-kernel 99\.0 is above this kernel/],
  [[...size, "--prot", "rwx"], /Allowed choices are none, rw/],
  [[...size, "--time", "0"], /seconds from 1/],
  [[...size, "--time", "1", "--threads", "64"], /--time 1 is too short/],
  [[...size, "--vmas", "60001"], /whole number from 0 to 60000/],
  [[...size, "-o", "/dev/null"], /Cannot write \/dev\/null: it is not a regular file/],
];

for (const [words, sentence] of mistakes) {
  test(`"advise ${words.join(" ")}" is a mistake with a remedy`, (context) => {
    const cwd = temporaryFolder(context);
    const finished = runProgram(["advise", ...words], { cwd });
    assertRefused(finished, sentence);
    assert.deepEqual(readdirSync(cwd), [], "nothing half-done");
  });
}

test("refuseTooManyBytes() refuses what RLIMIT_AS cannot hold", () => {
  const none = 2n ** 64n - 1n;
  assert.throws(() => refuseTooManyBytes(4, 2 ** 30, 3_000_000_000n), /4 reser.*1 GiB.*RLIMIT_AS/);
  assert.throws(() => refuseTooManyBytes(1, 4096, 8192n), /RLIMIT_AS/, "its own counts, too");
  refuseTooManyBytes(4, 2 ** 30, none);
});

test("advise does not destroy a file of somebody else's", (context) => {
  const cwd = temporaryFolder(context);
  writeFileSync(join(cwd, "thesis.txt"), "years of work");
  const finished = runProgram(["advise", ...size, "-o", "thesis.txt"], { cwd });
  assertRefused(finished, /noclobber did not write/);
  assert.equal(readFileSync(join(cwd, "thesis.txt"), "utf8"), "years of work");
});

/** Why a run measured nothing, if it was refused to. */
function refusal({ code, stderr }: Finished): string | undefined {
  const reason = /^error: (Another noclobber run.*)/m.exec(stderr)?.[1];
  return code === 2 ? reason : undefined;
}

const short = ["--threads", "2", "--time", "3"];

test("advise recommends first, and leaves the file that it rests on", (context) => {
  const cwd = temporaryFolder(context);
  const words = ["advise", ...size, ...range, ...short, "--min-kernel", "4.14"];
  const finished = runProgram([...words, "-o", "run.json"], { cwd });
  const reason = refusal(finished);
  if (reason !== undefined) return context.skip(reason);
  const { code, stdout, stderr } = finished;
  // So short a run may have too few forks, and then says so.
  assert.ok(code === 0 || code === 3, stdout + stderr);
  assert.equal(code === 3, /^! Not borne out/m.test(stdout), stdout);
  assert.match(stdout, /^On Linux \S+ with transparent huge pages \w+, take 64 MiB at multiples/);
  assert.match(stdout, /^fallback needed: a test at run time/m);
  assert.match(stdout, /^ {4}void test_flag\(void\)$/m);
  assert.match(stdout, /^Result file: run\.json$/m);
  const run = pathRunSchema.parse(JSON.parse(readFileSync(join(cwd, "run.json"), "utf8")));
  assert.deepEqual(
    run.profiles.map(({ id }) => id),
    ["advised"],
  );
  assert.deepEqual(
    run.forks.flatMap(({ cases }) => cases.flatMap(({ violations }) => violations)),
    [],
  );
});

test("advise --json prints valid advice, and where it was measured", (context) => {
  const cwd = temporaryFolder(context);
  const finished = runProgram(["advise", "--size", "64K", ...short, "--json"], { cwd });
  const reason = refusal(finished);
  if (reason !== undefined) return context.skip(reason);
  assert.ok(finished.code === 0 || finished.code === 3, finished.stderr);
  const advice = adviceSchema.parse(JSON.parse(finished.stdout));
  assert.equal(advice.request.anywhere, true);
  const { runFile } = advice.measured;
  assert.ok(runFile !== null && existsSync(join(cwd, runFile)), String(runFile));
  const { recommendation } = advice;
  assert.ok(!/check-then-fixed/.test(recommendation.strategy));
  assert.ok(recommendation.rejected.length >= 9);
});

test("advise --help lists its options and exit codes", () => {
  const { code, stdout } = runProgram(["advise", "--help"]);
  assert.equal(code, 0);
  const flags = "size align range threads hold min-kernel prot vmas seed time json output";
  for (const flag of flags.split(" ")) assert.match(stdout, new RegExp(`--${flag}\\b`));
  for (const exit of ["0", "1", "2", "3"]) assert.match(stdout, new RegExp(`^  ${exit}  `, "m"));
});
