/** Executable memory denied by the kernel itself: the run falls back to libc calls, and says so. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { readRun } from "../src/results/store.ts";
import { runProgram, temporaryFolder } from "./program.test.data.ts";

/** Exit code of the wrapper where the kernel does not know the rule (before Linux 6.3). */
const unknownRule = 99;

test("a process that may gain no executable memory measures through libc calls", (context) => {
  const cwd = temporaryFolder(context);
  const wrapper = join(cwd, "deny.mjs");
  const koffi = createRequire(import.meta.url).resolve("koffi");
  writeFileSync(
    wrapper,
    `import koffi from ${JSON.stringify(koffi)};
    import { spawnSync } from "node:child_process";
    const prctl = koffi.load(null).func("int prctl(int, ulong, ulong, ulong, ulong)");
    const [PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN] = [65, 1];
    if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) !== 0) process.exit(${unknownRule});
    // V8 itself has to do without a compiler then, in every process of the run.
    const env = { ...process.env, NODE_OPTIONS: "--jitless" };
    const [, , command, ...words] = process.argv;
    process.exit(spawnSync(command, words, { stdio: "inherit", env }).status ?? 1);`,
  );
  const words = ["bench", "--scenario", "occupied", "--actors", "1", "--time", "3", "--forks", "1"];
  const { code, stdout, stderr } = runProgram([...words, "-o", "run.json"], {
    cwd,
    through: [process.execPath, "--jitless", wrapper],
  });
  if (code === unknownRule) {
    context.skip("this kernel has no rule against gaining executable memory");
    return;
  }
  assert.equal(code, 0, stderr);
  assert.match(stdout, /libc probe \(executable memory is denied/);
  const { probe, warnings } = readRun(join(cwd, "run.json"));
  assert.equal(probe.kind, "libc");
  assert.ok(warnings.some((warning) => warning.code === "probe-fallback"));
});
