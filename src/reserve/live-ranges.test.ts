import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { type Address, address } from "../model.ts";
import { LiveRanges, liveRangesBytes, rangesPerActor } from "./live-ranges.ts";

const granuleBytes = 65_536;
const actors = 3;

function rangesOf(parties = actors): LiveRanges[] {
  const buffer = new SharedArrayBuffer(8 + liveRangesBytes(parties));
  return Array.from({ length: parties }, (_, actor) => new LiveRanges(buffer, 8, parties, actor));
}

function granule(index: number): Address {
  return address(index * granuleBytes);
}

interface Owned {
  readonly actor: number;
  readonly start: number;
  readonly size: number;
}

/** Small, so that ranges touch, overlap, contain and repeat each other. */
const range = fc.record({
  actor: fc.nat(actors - 1),
  start: fc.integer({ min: 1, max: 12 }),
  size: fc.integer({ min: 1, max: 5 }),
});
const act = fc.oneof(range, fc.record({ withdraws: fc.nat() }));

function othersWithin(owned: readonly Owned[], { actor, start, size }: Owned): number {
  return owned.filter(
    (other) =>
      other.actor !== actor && other.start < start + size && other.start + other.size > start,
  ).length;
}

test("LiveRanges counts the others that own a part, as a list of all ranges does", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const ranges = rangesOf();
      const owned: Owned[] = [];
      for (const each of acts) {
        if ("withdraws" in each) {
          const [own] = owned.splice(each.withdraws % (owned.length || 1), 1);
          if (!own) continue;
          const { actor, start, size } = own;
          const others = ranges[actor]?.withdraw(granule(start), size * granuleBytes);
          assert.equal(others, othersWithin(owned, own));
        } else {
          const { actor, start, size } = each;
          const others = ranges[actor]?.publish(granule(start), size * granuleBytes);
          assert.equal(others, othersWithin(owned, each));
          owned.push(each);
        }
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("LiveRanges sees the first and the last granule of user space, and all of it", () => {
  const [one, other] = rangesOf() as [LiveRanges, LiveRanges];
  const last = granule(2 ** 31 - 2);
  const bytes = (2 ** 31 - 1) * granuleBytes;
  assert.equal(one.publish(last, granuleBytes), 0);
  assert.equal(one.publish(granule(0), granuleBytes), 0);
  assert.equal(other.publish(granule(0), bytes), 2);
  assert.equal(one.withdraw(last, granuleBytes), 1);
  assert.equal(other.withdraw(granule(0), bytes), 1);
});

test("LiveRanges uses the slots of withdrawn ranges again, and refuses one too many", () => {
  const [one, other] = rangesOf() as [LiveRanges, LiveRanges];
  for (let turn = 0; turn < 3; turn++) {
    for (let i = 0; i < rangesPerActor; i++) one.publish(granule(1 + 2 * i), granuleBytes);
    const free = granule(2);
    assert.throws(() => one.publish(free, granuleBytes), /over 1024 ranges/);
    assert.equal(other.publish(free, granuleBytes), 0, "what was refused is not owned");
    other.withdraw(free, granuleBytes);
    // In an order of its own in every turn.
    for (let i = 0; i < rangesPerActor; i++) {
      const index = (i * (2 * turn + 1) + turn) % rangesPerActor;
      one.withdraw(granule(1 + 2 * index), granuleBytes);
    }
    assert.equal(other.publish(granule(0), 4096 * granuleBytes), 0, "nothing is left");
    other.withdraw(granule(0), 4096 * granuleBytes);
  }
});

test("LiveRanges refuses what it cannot hold, and withdraws only what is its own", () => {
  const [one, other] = rangesOf() as [LiveRanges, LiveRanges];
  const wrong: readonly [number, number][] = [
    [granuleBytes, 4096],
    [4096, granuleBytes],
    [2 ** 47 - granuleBytes, granuleBytes],
    [2 ** 60, granuleBytes],
  ];
  for (const [at, bytes] of wrong) {
    assert.throws(() => one.publish(address(at), bytes), RangeError, `${bytes} bytes at ${at}`);
  }
  one.publish(granule(4), 2 * granuleBytes);
  assert.throws(() => one.withdraw(granule(4), granuleBytes), /not published/);
  assert.throws(() => other.withdraw(granule(4), 2 * granuleBytes), /not published/);
  assert.equal(one.withdraw(granule(4), 2 * granuleBytes), 0);
  assert.throws(() => one.withdraw(granule(4), 2 * granuleBytes), /not published/);
});

/** Publishes and withdraws the same range as another one, both at once in every round. */
const rival = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { modules, buffer, words, actor, rounds, bytes } = workerData;
  Promise.all(modules.map((module) => import(module))).then(([{ Barrier }, { LiveRanges }]) => {
    const barrier = new Barrier(new Int32Array(words, 0, 2), 2);
    const ranges = new LiveRanges(buffer, 0, 2, actor);
    const met = new Int32Array(words, 8);
    const seen = { published: [], withdrawn: [] };
    for (let round = 1; round <= rounds; round++) {
      const at = bytes * (1 + (round % 7));
      barrier.arrive();
      // Waking up takes one longer than the other; where there is one CPU nobody is waited for.
      Atomics.add(met, 0, 1);
      for (let turn = 0; turn < 5000 && Atomics.load(met, 0) < 2 * round; turn++);
      seen.published.push(ranges.publish(at, bytes));
      barrier.arrive();
      seen.withdrawn.push(ranges.withdraw(at, bytes));
    }
    parentPort.postMessage(seen);
  });`;

test("LiveRanges: of two that publish at once, at least one sees the other", async () => {
  const rounds = 3000;
  const modules = ["../measure/barrier.js", "./live-ranges.js"].map(
    (path) => new URL(path, import.meta.url).href,
  );
  const buffer = new SharedArrayBuffer(liveRangesBytes(2));
  const words = new SharedArrayBuffer(12);
  const workers = [0, 1].map((actor) => {
    const workerData = { modules, buffer, words, actor, rounds, bytes: granuleBytes };
    return new Worker(rival, { eval: true, workerData });
  });
  const [one, other] = (await Promise.all(
    workers.map(async (worker) => (await once(worker, "message"))[0]),
  )) as [Seen, Seen];
  for (let round = 0; round < rounds; round++) {
    for (const what of ["published", "withdrawn"] as const) {
      const sum = (one[what][round] as number) + (other[what][round] as number);
      assert.ok(sum === 1 || sum === 2, `${sum} were seen when both had ${what} in ${round}`);
    }
  }
});

interface Seen {
  readonly published: readonly number[];
  readonly withdrawn: readonly number[];
}
