import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { UsageError } from "../errors.ts";
import { cpus, gnuTool, missingTool } from "./assemble.ts";
import { callNumbersOf } from "./call-numbers.ts";
import { systemCalls } from "./timed-calls.ts";

const timeoutMs = 20_000;

for (const cpu of cpus) {
  test(`callNumbersOf() has for ${cpu} what the kernel's headers have`, (t) => {
    const args = ["-E", "-dM", "-include", "asm/unistd.h", "-xc", "/dev/null"];
    try {
      const headers = execFileSync(gnuTool(cpu, "gcc"), args, {
        encoding: "utf8",
        timeout: timeoutMs,
      });
      const numberOf = (name: string) =>
        Number(new RegExp(`^#define __NR3264_${name} (\\d+)$`, "m").exec(headers)?.[1]) ||
        Number(new RegExp(`^#define __NR_${name} (\\d+)$`, "m").exec(headers)?.[1]);
      const wanted = Object.fromEntries(systemCalls.map((name) => [name, numberOf(name)]));
      assert.deepEqual({ ...callNumbersOf(cpu) }, wanted);
    } catch (error) {
      const missing = missingTool(error);
      if (missing === undefined) throw error;
      t.skip(`no ${missing}`);
    }
  });
}

test("callNumbersOf() refuses a CPU whose numbers it does not know", () => {
  assert.throws(() => callNumbersOf("mips"), UsageError);
});
