import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Barrier, barrierBytes } from "./barrier.ts";

const parties = 3;
const rounds = 300;

/** Every party counts itself in, waits, and notes a round in which somebody was missing. */
const party = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { module, words, seen, parties, rounds } = workerData;
  import(module).then(({ Barrier }) => {
    const barrier = new Barrier(words, parties);
    let tooEarly = 0;
    let asLast = 0;
    for (let round = 1; round <= rounds; round++) {
      Atomics.add(seen, 0, 1);
      barrier.arrive(() => {
        asLast++;
        if (Atomics.load(seen, 0) !== parties * round) tooEarly++;
        Atomics.add(seen, 1, 1);
      });
      // What the last one did is done before anybody goes on.
      if (Atomics.load(seen, 1) !== round) tooEarly++;
      barrier.arrive();
    }
    parentPort.postMessage({ tooEarly, asLast });
  });`;

test("Barrier.arrive() lets nobody go on before all are there, round after round", async () => {
  const words = new Int32Array(new SharedArrayBuffer(barrierBytes));
  const seen = new Int32Array(new SharedArrayBuffer(8));
  const module = new URL("./barrier.js", import.meta.url).href;
  const workerData = { module, words, seen, parties, rounds };
  const workers = Array.from(
    { length: parties },
    () => new Worker(party, { eval: true, workerData }),
  );
  const results = await Promise.all(
    workers.map(async (worker) => (await once(worker, "message"))[0]),
  );
  assert.deepEqual(
    results.map(({ tooEarly }) => tooEarly),
    [0, 0, 0],
  );
  const asLast = results.reduce((sum, result) => sum + result.asLast, 0);
  assert.equal(asLast, rounds, "one party a round is the last");
  assert.equal(seen[0], parties * rounds);
});

test("Barrier.arrive() does not sleep where one party is all", () => {
  const barrier = new Barrier(new Int32Array(new SharedArrayBuffer(barrierBytes)), 1);
  let calls = 0;
  for (let round = 0; round < 3; round++) barrier.arrive(() => calls++);
  barrier.arrive();
  assert.equal(calls, 3);
});
