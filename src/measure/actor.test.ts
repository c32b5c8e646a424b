import assert from "node:assert/strict";
import { test } from "node:test";
import { windowsAt } from "../probe/batch.test.data.ts";
import { claimBroken, type Probe } from "../probe/batch.ts";
import { libcProbe } from "../probe/libc.ts";
import { FakeKernel, pageBytes } from "../sys/fake-kernel.test.data.ts";
import { anonymous, freeRange } from "../sys/free-range.test.data.ts";
import { kernel } from "../sys/libc.ts";
import { type ActorTrial, type BlockPlan, runActor } from "./actor.ts";
import { TrialMemory } from "./trial-memory.ts";

const windows = windowsAt(freeRange(8 * pageBytes), 2);
const start = windows[0]?.start as number;
const hint = (warmup: boolean): BlockPlan => ({ strategy: "hint-munmap", ms: 1, warmup });
const trial: ActorTrial = {
  actor: 0,
  actors: 1,
  windows,
  refused: [],
  keepsLastCalls: false,
  cpus: [0],
  occupied: false,
  order: Uint32Array.of(0, 1),
  hold: 0,
  prot: 0,
  touchBytes: 0,
  pageBytes,
  ticksPerNs: 1,
  flagIsSupported: true,
  flagUse: { isUnusable: false, pretendOldKernel: false },
  blocks: [hint(true), hint(false), hint(false)],
};

/** A probe over a fake kernel, that does something of its own after each block. */
function probeThat(afterBlock: (block: number, log: Uint32Array) => void): Probe {
  const probe = libcProbe(new FakeKernel());
  let blocks = 0;
  return {
    ...probe,
    runBatch: (batch) => {
      probe.runBatch(batch);
      afterBlock(blocks, batch.log);
      blocks++;
    },
  };
}

test("runActor() reports every block, conserved, and keeps latencies but of warm-ups", () => {
  const report = runActor(libcProbe(new FakeKernel()), new TrialMemory(1, 2), trial);
  assert.deepEqual(
    report.blocks.map(({ index, warmup, violations }) => [index, warmup, violations]),
    [
      [0, true, []],
      [1, false, []],
      [2, false, []],
    ],
  );
  assert.deepEqual(
    report.facts.map(({ index, unexpectedMappings }) => [index, unexpectedMappings]),
    [
      [0, 0],
      [1, 0],
      [2, 0],
    ],
  );
  const placed = report.blocks.slice(1).map(({ records }) => records.byClass[0] as number);
  const latencies = report.latencies.get("hint-munmap")?.[0]?.counts ?? [];
  assert.equal(
    Array.from(latencies).reduce((sum, count) => sum + count, 0),
    placed.reduce((sum, count) => sum + count, 0),
  );
});

test("runActor() drops the latencies of a block in whose windows a stray was found", (t) => {
  t.after(() => kernel.munmap(start, pageBytes));
  const probe = probeThat((block) => {
    if (block === 1) kernel.mmap(start, pageBytes, 0, anonymous);
    else kernel.munmap(start, pageBytes);
  });
  const { facts, blocks, latencies } = runActor(probe, new TrialMemory(1, 2), trial);
  assert.deepEqual(
    facts.map(({ unexpectedMappings }) => unexpectedMappings),
    [0, 1, 0],
  );
  const counts = latencies.get("hint-munmap")?.[0]?.counts ?? [];
  assert.equal(
    Array.from(counts).reduce((sum, count) => sum + count, 0),
    blocks[2]?.records.byClass[0],
  );
});

test("runActor() puts a lost third party back, and says so once", (t) => {
  t.after(() => kernel.munmap(start, 4 * pageBytes));
  const probe = probeThat((block) => {
    if (block === 1) kernel.munmap(start, pageBytes);
  });
  for (const { start: at } of windows) kernel.mmap(at, pageBytes, 0, anonymous);
  const report = runActor(probe, new TrialMemory(1, 2), { ...trial, occupied: true });
  assert.deepEqual(
    report.facts.map(({ lostOccupants }) => lostOccupants),
    [0, 1, 0],
  );
});

test("runActor() reports double owners of recorded blocks", () => {
  const probe = probeThat((block, log) => {
    if (block === 1) log[1] = claimBroken;
  });
  const { blocks } = runActor(probe, new TrialMemory(1, 2), trial);
  assert.deepEqual(
    blocks.map(({ violations }) => violations),
    [[], ["hint-munmap: 1 double owners and 0 clobbers"], []],
  );
});

test("runActor() reports double owners of warm-up blocks, too", () => {
  const probe = probeThat((block, log) => {
    if (block === 0) log[1] = claimBroken;
  });
  const { blocks } = runActor(probe, new TrialMemory(1, 2), trial);
  assert.equal(blocks.flatMap(({ violations }) => violations).length, 1);
});
