import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, describe, test } from "node:test";
import { address } from "../src/model.ts";
import { callLibrary } from "../src/sys/libc.ts";
import {
  compileReference,
  type ReferenceResult,
  type ReferenceSpec,
  readReference,
  referenceWords,
} from "./reference.ts";

// Tests run at the package root, also when they are built into another directory than dist.
const reference = compileReference(process.cwd());
const isMissing = reference.state === "missing" && `no native reference: ${reference.why}`;
const { path, output } = reference.state === "compiled" ? reference : { path: "", output: "" };

function runReference(spec: ReferenceSpec): ReferenceResult {
  callLibrary(path, "reference", referenceWords(spec), output);
  return readReference(output);
}

/** Two blocks of 5 ms a strategy, in a page-table slot that is far from everything and anchored. */
const tiny: ReferenceSpec = {
  start: address(0x200000200000),
  strideBytes: 2 ** 21,
  windows: 4,
  windowBytes: 2 ** 20,
  hold: 0,
  actors: 2,
  order: "random",
  occupied: false,
  blocks: 2,
  blockMs: 5,
  warmupMs: 1,
  strategies: ["hint-munmap", "fixed-noreplace", "kernel-chosen"],
  seed: 7,
  anchors: [address(0x200000000000), address(0x207ffffff000)],
};

const scenarios: readonly { id: string; spec: ReferenceSpec }[] = [
  { id: "occupied", spec: { ...tiny, windows: 64, occupied: true } },
  { id: "hot", spec: { ...tiny, windows: 1, order: "cyclic" } },
  { id: "spread", spec: { ...tiny, windows: 64, hold: 16 } },
];

type StrategyResult = ReferenceResult["strategies"][string];

function assertConserved(id: string, result: StrategyResult): void {
  const { classes } = result;
  assert.ok(result.attempts > 0, `${id} made no attempt`);
  const outcomes = result.placed + result.rejected + result.misplaced + result.failed;
  assert.equal(outcomes, result.attempts, `${id}: outcomes and attempts`);
  assert.equal(result.cleanups, result.misplaced, `${id}: a cleanup unmap a misplaced mapping`);
  assert.equal(result.releases, result.placed, `${id}: a release a placed mapping`);
  assert.equal(classes.lost.count, result.rejected + result.misplaced, `${id}: lost`);
  assert.equal(result.brokenClaims, 0, `${id}: claims`);
}

describe("runReference()", { skip: isMissing }, () => {
  after(() => {
    if (reference.state === "compiled") reference.remove();
    assert.equal(existsSync(path), false);
  });

  for (const { id, spec } of scenarios) {
    test(`conserves attempts, mappings and claims in ${id}`, () => {
      const result = runReference(spec);
      assert.deepEqual(Object.keys(result.strategies), spec.strategies);
      for (const [strategy, counts] of Object.entries(result.strategies)) {
        assert.equal(counts.blocks, spec.blocks);
        assertConserved(strategy, counts);
      }
    });
  }

  test("loses every addressed attempt in occupied: a lost hint takes two calls", () => {
    const { strategies } = runReference({ ...tiny, occupied: true });
    const [hint, noreplace] = [strategies["hint-munmap"], strategies["fixed-noreplace"]];
    assert.ok(hint && noreplace);
    assert.equal(hint.placed + noreplace.placed, 0);
    assert.equal(hint.attempts + hint.cleanups, 2 * hint.classes.lost.count);
    assert.equal(noreplace.attempts + noreplace.cleanups, noreplace.classes.lost.count);
  });

  test("places every attempt of one actor on free windows", () => {
    const { strategies } = runReference({ ...tiny, actors: 1, order: "cyclic" });
    for (const counts of Object.values(strategies)) assert.equal(counts.placed, counts.attempts);
  });

  test("says what the reference says when it cannot run", () => {
    const taken = { ...tiny, anchors: [tiny.start] };
    assert.throws(
      () => runReference(taken),
      /^Error: Cannot run the native reference: Cannot map the window at 0x200000200000 /,
    );
    const unknown = { ...tiny, strategies: ["fixed"] };
    assert.throws(() => runReference(unknown), /There is no strategy "fixed"/);
    assert.throws(() => runReference({ ...tiny, windows: 0 }), /--windows is "0"/);
  });
});

describe("compileReference()", () => {
  test("is missing with a reason where the source or the compiler is", (context) => {
    const elsewhere = compileReference("/nonexistent");
    assert.ok(elsewhere.state === "missing");
    assert.match(elsewhere.why, /bench\/reference\.c/);
    const before = process.env["CC"];
    process.env["CC"] = "no-such-compiler";
    context.after(() => {
      if (before === undefined) delete process.env["CC"];
      else process.env["CC"] = before;
    });
    const without = compileReference(process.cwd());
    assert.ok(without.state === "missing");
    assert.match(without.why, /"no-such-compiler": no such program/);
  });
});
