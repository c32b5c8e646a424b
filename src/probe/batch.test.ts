import assert from "node:assert/strict";
import { test } from "node:test";
import { callClasses } from "../model.ts";
import { newBatch, windowsAt } from "./batch.test.data.ts";
import { Batch, batchOffsets, canaryBroken, claimBroken, classOf, errnoOf } from "./batch.ts";

const windows = windowsAt(0x1000_0000, 3, 8192);

test("batchOffsets are one 64-bit word each, without a gap", () => {
  assert.deepEqual(
    Object.values(batchOffsets),
    Object.keys(batchOffsets).map((_, index) => index * 8),
  );
  assert.equal(newBatch({ windows }).words.byteLength, Object.keys(batchOffsets).length * 8);
});

test("classOf() and errnoOf() take a record's word apart, whatever its flags", () => {
  callClasses.forEach((name, number) => {
    for (const flags of [0, claimBroken, canaryBroken, claimBroken | canaryBroken]) {
      const word = number | flags | (4095 << 16);
      assert.deepEqual([classOf(word), errnoOf(word)], [name, 4095]);
    }
  });
});

test("Batch lays out its windows twice: with their addresses, and with none", () => {
  const { addressedTable, anywhereTable } = newBatch({ windows });
  assert.deepEqual(Array.from(addressedTable.subarray(4, 8)), [0x1000_3000n, 8192n, 1n, 1n]);
  assert.deepEqual(Array.from(anywhereTable.subarray(4, 8)), [0n, 8192n, 0n, 0n]);
});

test("Batch points at the memory that it was given", () => {
  const named = new Map<ArrayBufferView, bigint>();
  const batch = new Batch(
    {
      windows,
      order: Uint32Array.of(2, 1, 0, 1),
      claims: new Uint32Array(3),
      actor: 7,
      prot: 0,
      touchBytes: 4096,
      pageBytes: 4096,
      hold: 2,
    },
    (memory) => {
      if (!named.has(memory)) named.set(memory, 1000n * BigInt(named.size + 1));
      return named.get(memory) as bigint;
    },
  );
  batch.prepare({ flags: 0x22, addressed: true, deadlineTicks: 99n });
  const { order, claims, ring, log, addressedTable } = batch;
  assert.deepEqual(
    [batch.get("ORDER"), batch.get("CLAIMS"), batch.get("RING"), batch.get("LOG")],
    [order, claims, ring, log].map((memory) => named.get(memory)),
  );
  assert.equal(batch.get("WINDOWS"), named.get(addressedTable));
  assert.equal(batch.get("ORDER_MASK"), 3n);
  assert.equal(batch.get("RING_BYTES"), 48n);
  assert.deepEqual([batch.get("FLAGS"), batch.get("DEADLINE"), batch.records], [0x22n, 99n, 0]);
  batch.set("LOG_END", batch.get("LOG") + 24n);
  assert.equal(batch.records, 3);
  batch.prepare({ flags: 0x22, addressed: false, deadlineTicks: 99n });
  assert.equal(batch.get("WINDOWS"), named.get(batch.anywhereTable));
  assert.equal(batch.records, 0);
});

test("Batch leaves room in the log for an attempt and for everything held", () => {
  for (const hold of [0, 1, 10_000]) {
    const batch = newBatch({ windows, hold });
    const room = BigInt(batch.log.byteLength) + batch.get("LOG") - batch.get("LOG_LIMIT");
    // mmap, cleanup, whole attempt and one release, then a release for each place of the ring.
    assert.equal(room, 8n * BigInt(4 + hold + 1));
  }
  assert.throws(() => newBatch({ windows, hold: 2 ** 18 }), RangeError);
});

test("Batch refuses an order whose length is no power of two", () => {
  assert.throws(() => newBatch({ windows, order: [0, 1, 2] }), RangeError);
  newBatch({ windows, order: [0, 1, 2, 0] });
});

test("Batch refuses an empty order", () => {
  assert.throws(() => newBatch({ windows, order: [] }), RangeError);
});
