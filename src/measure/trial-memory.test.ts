import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TrialMemory, thirdParty } from "./trial-memory.ts";

test("TrialMemory.spans() are first start to last end, its share, and the skew", () => {
  const memory = new TrialMemory(3, 4);
  memory.release(1000n, 3000n);
  memory.report(0, 1100n, 2900n);
  memory.report(1, 1200n, 3000n);
  // An interloper, who is longer at it than both.
  memory.report(2, 1000n, 9000n);
  memory.arriveAll(3000n);
  assert.deepEqual(memory.spans(2), {
    wallTicks: 1900,
    startSkewTicks: 100,
    insideShare: 0.95,
  });
  assert.deepEqual(memory.spans(1), { wallTicks: 1800, startSkewTicks: 0, insideShare: 0.9 });
  assert.equal(memory.deadlineTicks, 3000n);
});

test("TrialMemory.spans() counts from any boot, in any order of actors", () => {
  const tick = fc.bigInt({ min: 1n, max: 2n ** 32n });
  const spans = fc.array(fc.tuple(tick, tick), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(spans, fc.bigInt({ min: 0n, max: 2n ** 62n }), (actors, boot) => {
      const spansSince = (since: bigint) => {
        const memory = new TrialMemory(actors.length, 1);
        memory.release(since, since);
        actors.forEach(([start, length], actor) => {
          memory.report(actor, since + start, since + start + length);
        });
        memory.arriveAll(since + 2n ** 33n);
        return memory.spans(actors.length);
      };
      const found = spansSince(boot);
      assert.deepEqual(found, spansSince(0n));
      assert.ok(found.startSkewTicks >= 0 && found.startSkewTicks <= found.wallTicks);
      assert.ok(found.insideShare > 0 && found.insideShare <= 1);
    }),
    { seed: 1 },
  );
});

test("TrialMemory joins the memory of another thread", () => {
  const leader = new TrialMemory(2, 5);
  const other = new TrialMemory(2, 5, leader.buffer);
  leader.claims.fill(thirdParty);
  assert.deepEqual(Array.from(other.claims), Array(5).fill(thirdParty));
  other.report(1, 5n, 9n);
  leader.report(0, 4n, 8n);
  leader.release(3n, 12n);
  other.arriveAll(10n);
  assert.equal(leader.spans(2).wallTicks, 5);
  assert.equal(other.deadlineTicks, 12n);
  leader.blockIsVoid = true;
  assert.equal(other.blockIsVoid, true);
  other.blockIsVoid = false;
  assert.equal(leader.blockIsVoid, false);
});

test("TrialMemory keeps its parts apart, however many there are", () => {
  for (const [parties, claims] of [
    [1, 0],
    [1, 1],
    [64, 16_384],
  ] as const) {
    const memory = new TrialMemory(parties, claims);
    memory.claims.fill(0xffffffff);
    for (let actor = 0; actor < parties; actor++) memory.report(actor, 1n, 2n);
    memory.release(0n, 7n);
    memory.arriveAll(2n);
    assert.equal(memory.blockIsVoid, false);
    memory.blockIsVoid = true;
    assert.equal(memory.deadlineTicks, 7n);
    assert.equal(memory.spans(parties).wallTicks, 1);
    assert.ok(memory.claims.every((claim) => claim === 0xffffffff));
    if (parties === 1) memory.barrier.arrive();
  }
});
