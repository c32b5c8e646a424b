import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { lock, unlock } from "./process-lock.ts";

const parties = 3;
const rounds = 2000;

/** Counts in plain steps that only a lock keeps together, and now and then sleeps inside. */
const party = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { module, word, seen, rounds } = workerData;
  import(module).then(({ lock, unlock }) => {
    const never = new Int32Array(new SharedArrayBuffer(4));
    let intruders = 0;
    for (let round = 0; round < rounds; round++) {
      lock(word);
      if (seen[0] !== 0) intruders++;
      seen[0] = 1;
      const before = seen[1];
      if (round % 200 === 0) Atomics.wait(never, 0, 0, 1);
      seen[1] = before + 1;
      seen[0] = 0;
      unlock(word);
    }
    parentPort.postMessage(intruders);
  });`;

test("lock() lets one thread in at a time, and all of them in the end", async () => {
  const word = new Int32Array(new SharedArrayBuffer(4));
  const seen = new Int32Array(new SharedArrayBuffer(8));
  const module = new URL("./process-lock.js", import.meta.url).href;
  const workers = Array.from(
    { length: parties },
    () => new Worker(party, { eval: true, workerData: { module, word, seen, rounds } }),
  );
  const intruders = await Promise.all(
    workers.map(async (worker) => (await once(worker, "message"))[0]),
  );
  assert.deepEqual(intruders, [0, 0, 0]);
  assert.equal(seen[1], parties * rounds, "no step was lost");
  assert.equal(word[0], 0, "nobody has it");
});

test("lock() and unlock() leave the word as they found it, where nobody waits", () => {
  const word = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; round < 3; round++) {
    lock(word);
    assert.equal(word[0], 1);
    unlock(word);
    assert.equal(word[0], 0);
  }
  // Who has waited cannot know whether others still do, and so wakes one for nothing.
  word[0] = 2;
  unlock(word);
  assert.equal(word[0], 0);
});
