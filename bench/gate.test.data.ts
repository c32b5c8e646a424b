/** What the tests of `noclobber gate` have in common: the smallest policy, and what must agree. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { verdictWords } from "../src/report/gate-wording.ts";
import { type Gate, gateSchema } from "../src/results/gate-schema.ts";
import type { Policy } from "../src/results/policy-schema.ts";
import type { Finished } from "./program.test.data.ts";

// What these gates find is not what CI is to show.
delete process.env["GITHUB_ACTIONS"];
delete process.env["GITHUB_STEP_SUMMARY"];

/** One metric of one scenario, in forks as short as they can be. */
export const smallest: Partial<Policy> = {
  ...{ pairs: 10, extendTo: null, rounds: 2, blockMs: 1, mostDroppedShare: 0.3 },
  metrics: [
    {
      ...{ scenario: "occupied", actors: 1, strategy: "hint-munmap", figure: "lost-p50" },
      ...{ against: "kernel-chosen", againstFigure: "placed-p50" },
    },
  ],
};

/** The gate's file, which headline, table, last line and exit code must agree with. */
export function consistentGate({ code, stdout, stderr }: Finished, path: string): Gate {
  assert.ok(existsSync(path), stderr);
  const gate = gateSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  const lines = stdout.trimEnd().split("\n");
  assert.equal(code, gate.exitCode, stderr);
  assert.ok(stdout.replaceAll(/\s+/g, " ").startsWith(gate.sentence.replaceAll(/\s+/g, " ")));
  assert.match(lines.at(-1) ?? "", /^noclobber-gate verdict=/);
  const start = `noclobber-gate verdict=${gate.verdict} exit=${gate.exitCode} `;
  assert.ok(lines.at(-1)?.startsWith(start), `${lines.at(-1)}, want ${start}`);
  for (const { verdict } of gate.metrics) {
    assert.ok(stdout.includes(` ${verdictWords(verdict, gate.policy)} `), stdout);
  }
  return gate;
}
