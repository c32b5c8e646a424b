/**
 * The fallback probe: the attempt loop of attempt-loop.*.s again, step by step, over plain calls of
 * the C library and the monotonic clock. Its floor is hundreds of nanoseconds, so its figures are
 * never compared with the native probe's. One tick is one nanosecond.
 */

import { address, type CallClass, callClasses } from "../model.ts";
import { EEXIST } from "../sys/constants.ts";
import {
  getppid,
  type Kernel,
  readMemory,
  kernel as realKernel,
  writeMemory,
} from "../sys/libc.ts";
import { type Batch, canaryBroken, claimBroken, type Probe } from "./batch.ts";

const now = process.hrtime.bigint;

/** The probe over `kernel`: the running one, or a fake one in a test. */
export function libcProbe(kernel: Kernel = realKernel): Probe {
  return {
    kind: "libc",
    readTicks: now,
    runBatch: (batch) => runBatch(batch, kernel),
    timeCalls: (count, what) => {
      const ticks = new Uint32Array(count);
      for (let i = 0; i < count; i++) {
        const before = now();
        if (what === "getppid") getppid();
        ticks[i] = Number(now() - before);
      }
      return ticks;
    },
  };
}

/** Everything one batch needs, out of its words once instead of at every attempt. */
interface Loop {
  readonly batch: Batch;
  readonly kernel: Kernel;
  readonly table: BigUint64Array;
  readonly actor: number;
  readonly touchBytes: number;
  /** Held mappings by place in the ring: address and window index, 0 where empty. */
  readonly heldAt: Float64Array;
  readonly heldWindow: Uint32Array;
  ringAt: number;
  logAt: number;
}

function runBatch(batch: Batch, kernel: Kernel): void {
  const addressed = batch.get("WINDOWS") === batch.addressOf(batch.addressedTable);
  const places = Number(batch.get("RING_BYTES")) / 16;
  const loop: Loop = {
    batch,
    kernel,
    table: addressed ? batch.addressedTable : batch.anywhereTable,
    actor: Number(batch.get("ACTOR")),
    touchBytes: Number(batch.get("TOUCH_BYTES")),
    heldAt: new Float64Array(places),
    heldWindow: new Uint32Array(places),
    ringAt: 0,
    logAt: 0,
  };
  const mask = Number(batch.get("ORDER_MASK"));
  const deadline = batch.get("DEADLINE");
  const limit = batch.get("ATTEMPT_LIMIT");
  const logLimit = Number(batch.get("LOG_LIMIT") - batch.get("LOG")) / 4;
  let cursor = batch.get("CURSOR");
  batch.set("STARTED", now());
  do {
    const entry = batch.order[Number(cursor) & mask] as number;
    attempt(loop, entry & 0xffff, entry >>> 16);
    releaseOldest(loop);
    cursor++;
  } while (cursor < limit && now() < deadline && loop.logAt <= logLimit);
  for (let i = 0; i < places; i++) releaseOldest(loop);
  batch.set("CURSOR", cursor);
  batch.set("ENDED", now());
  batch.set("LOG_END", batch.get("LOG") + BigInt(loop.logAt * 4));
}

function attempt(loop: Loop, window: number, delay: number): void {
  const { batch, kernel, table } = loop;
  const start = Number(table[window * 4]);
  const bytes = Number(table[window * 4 + 1]);
  const prot = Number(batch.get("PROT"));
  const flags = Number(batch.get("FLAGS"));
  const began = now();
  const result = kernel.mmap(start, bytes, prot, flags);
  const ended = now();
  if (result < 0) {
    record(loop, ended - began, result === -EEXIST ? "rejected" : "failed", 0, -result);
  } else if (start !== 0 && result !== start) {
    record(loop, ended - began, "misplaced", 0, 0);
    const before = now();
    const unmapped = kernel.munmap(result, bytes);
    const after = now();
    record(loop, after - before, "cleanup", 0, -unmapped);
    record(loop, after - began, "lost", 0, 0);
  } else {
    let flag = 0;
    for (const claim of claimsOf(loop, window)) {
      if (Atomics.exchange(batch.claims, claim, loop.actor) !== 0) flag = claimBroken;
    }
    record(loop, ended - began, "placed", flag, 0);
    touch(loop, result);
    loop.heldAt[loop.ringAt] = result;
    loop.heldWindow[loop.ringAt] = window;
    // A turn of an empty loop stands for a pause.
    for (let turns = delay; turns > 0; turns--);
  }
}

function releaseOldest(loop: Loop): void {
  const { batch, kernel } = loop;
  loop.ringAt = (loop.ringAt + 1) % loop.heldAt.length;
  const at = loop.heldAt[loop.ringAt] as number;
  if (at === 0) return;
  const window = loop.heldWindow[loop.ringAt] as number;
  loop.heldAt[loop.ringAt] = 0;
  let flag = 0;
  if (loop.touchBytes > 0) {
    const seen = new BigUint64Array(readMemory(address(at), 8).buffer)[0];
    if (seen !== BigInt(loop.actor)) flag |= canaryBroken;
  }
  for (const claim of claimsOf(loop, window)) {
    if (Atomics.compareExchange(batch.claims, claim, loop.actor, 0) !== loop.actor) {
      flag |= claimBroken;
    }
  }
  const before = now();
  const result = kernel.munmap(at, Number(loop.table[window * 4 + 1]));
  record(loop, now() - before, "release", flag, -result);
}

function* claimsOf(loop: Loop, window: number): Generator<number> {
  const first = Number(loop.table[window * 4 + 2]);
  const claims = Number(loop.table[window * 4 + 3]);
  for (let claim = first; claim < first + claims; claim++) yield claim;
}

function touch(loop: Loop, at: number): void {
  const pageBytes = Number(loop.batch.get("PAGE_BYTES"));
  const canary = BigUint64Array.of(BigInt(loop.actor));
  for (let offset = loop.touchBytes - pageBytes; offset >= 0; offset -= pageBytes) {
    writeMemory(address(at + offset), canary);
  }
}

function record(loop: Loop, ticks: bigint, kind: CallClass, flag: number, errno: number): void {
  loop.batch.log[loop.logAt++] = Math.min(Number(ticks), 0xffffffff);
  loop.batch.log[loop.logAt++] = callClasses.indexOf(kind) | flag | (errno << 16);
}
