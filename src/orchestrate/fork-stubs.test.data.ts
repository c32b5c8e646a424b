/** Programs that stand in for a fork: they answer properly, until they do what a test wants. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import type { MeasuredTrial } from "./protocol.ts";

/** A trial in which nothing was measured, yet valid. */
const emptyTrial: MeasuredTrial = {
  arena: { start: "0x200000000000", end: "0x200000400000" },
  mappings: 100,
  refusedWindows: 0,
  leftovers: [],
  reports: [],
};

/**
 * Writes a fork's program that is gone after the test. `misbehaviour` is JavaScript that runs at
 * every message before the answer: it sees `message` and `trials`, the trials asked for so far, and
 * may return.
 */
export function stubFork(context: TestContext, misbehaviour = ""): URL {
  const folder = mkdtempSync(join(tmpdir(), "noclobber-fork-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "fork.mjs");
  writeFileSync(
    path,
    `import { existsSync, writeFileSync } from "node:fs";
    const seen = ${JSON.stringify(join(folder, "seen"))};
    const isFirstFork = !existsSync(seen);
    writeFileSync(seen, "");
    const answers = {
      setup: () => ({
        kind: "ready",
        calibration: { ticksPerNs: 1, errorPpm: 0, overNs: 1 },
        warnings: ["EPERM"],
      }),
      trial: () => ({ kind: "trial", measured: ${JSON.stringify(emptyTrial)} }),
      finish: () => ({ kind: "finished", peakMemoryBytes: 1 }),
    };
    let trials = 0;
    process.on("disconnect", () => process.exit());
    process.on("message", (message) => {
      if (message.kind === "trial") trials++;
      ${misbehaviour}
      process.send(answers[message.kind](message));
    });`,
  );
  return pathToFileURL(path);
}

/** Kinds of misbehaviour at the second trial. */
export const atSecondTrial = {
  crashes: `if (trials === 2) return process.kill(process.pid, "SIGSEGV");`,
  exits: `if (trials === 2) process.exit(3);`,
  hangs: `if (trials === 2) return;`,
  fails: `if (trials === 2) return process.send({ kind: "failed", message: "no room" });`,
  babbles: `if (trials === 2) return process.send({ kind: "finished", peakMemoryBytes: 1 });`,
} as const;
