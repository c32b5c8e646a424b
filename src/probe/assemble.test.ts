/** Holds together what is written twice: code.ts and its sources, the sources and the layouts. */

import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { callClasses } from "../model.ts";
import { assemble, cpus, sourceFile } from "./assemble.ts";
import { batchOffsets, canaryBroken, claimBroken } from "./batch.ts";
import { callOffsets } from "./call-words.ts";
import { machineCode } from "./code.ts";

/** Every constant of the sources that TypeScript has as well, under the sources' names. */
const counterparts: Readonly<Record<string, number>> = {
  ...batchOffsets,
  ...callOffsets,
  ...Object.fromEntries(callClasses.map((name, number) => [name.toUpperCase(), number])),
  CLAIM_BROKEN: claimBroken,
  CANARY_BROKEN: canaryBroken,
  EEXIST: 17,
};

/** What the sources alone know: the window table, the errno range, and each CPU's call numbers. */
const windowAndErrno = { W_START: 0, W_BYTES: 8, W_CLAIM: 16, W_CLAIMS: 24, ERRNO_FLOOR: -4095 };
const callNumbers = {
  x64: { SYS_MMAP: 9, SYS_MUNMAP: 11 },
  arm64: { SYS_MMAP: 222, SYS_MUNMAP: 215 },
} as const;

for (const cpu of cpus) {
  test(`code.ts has for ${cpu} what assemble() makes of the source`, (t) => {
    const code = assemble(cpu);
    if ("missing" in code) return t.skip(`no ${code.missing}`);
    assert.deepEqual(machineCode[cpu], code, "run `npm run assemble`");
  });

  test(`code.ts has for ${cpu} its entries one behind the other, within a page of code`, () => {
    const { entries, hex } = machineCode[cpu];
    const offsets = Object.values(entries);
    const bytes = Buffer.from(hex, "hex").length;
    assert.equal(bytes * 2, hex.length);
    assert.ok(bytes <= 4096);
    assert.equal(offsets[0], 0);
    for (const [i, offset] of offsets.entries()) assert.ok(offset < (offsets[i + 1] ?? bytes));
  });

  test(`attempt-loop.${cpu}.s has the constants of batch.ts, call-words.ts and model.ts`, () => {
    assert.deepEqual(constantsOf(readFileSync(sourceFile(cpu), "utf8")), {
      ...counterparts,
      ...windowAndErrno,
      ...callNumbers[cpu],
    });
  });
}

function constantsOf(source: string): Record<string, number> {
  const found = source.matchAll(/^\s*\.equ\s+(\w+),\s*(-?\w+)/gm);
  return Object.fromEntries([...found].map(([, name, value]) => [name, Number(value)]));
}
