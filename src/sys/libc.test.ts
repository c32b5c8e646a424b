import assert from "node:assert/strict";
import { once } from "node:events";
import { closeSync, openSync, readSync } from "node:fs";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { address } from "../model.ts";
import {
  EEXIST,
  EINVAL,
  ENOMEM,
  EPERM,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_PRIVATE,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from "./constants.ts";
import { pageBytes } from "./fake-kernel.test.data.ts";
import { probeFlag } from "./flag-verdict.ts";
import { anonymous, freeRange } from "./free-range.test.data.ts";
import {
  addressOf,
  addressSpaceLimit,
  allowedCpus,
  getppid,
  kernel,
  limitAddressSpace,
  mapOwn,
  mincore,
  mprotect,
  msync,
  peek,
  pinThread,
  poke,
  readMemory,
  systemCall,
  threadUsage,
  viewMemory,
  writeMemory,
} from "./libc.ts";
import { readMaps } from "./maps.ts";

const EFAULT = 14;
const writable = PROT_READ | PROT_WRITE;
const bytes = 64 * pageBytes;

test("kernel.mmap() and munmap() answer as the system calls do", (t) => {
  const at = freeRange(bytes);
  assert.equal(kernel.mmap(at, bytes, PROT_NONE, anonymous | MAP_FIXED), at);
  assert.equal(kernel.mmap(at, 0, PROT_NONE, anonymous), -EINVAL);
  assert.equal(kernel.munmap(at + 1, bytes), -EINVAL);
  assert.equal(kernel.munmap(at, 0), -EINVAL);
  if (probeFlag(kernel, pageBytes).verdict === "supported") {
    assert.equal(kernel.mmap(at, bytes, PROT_NONE, anonymous | MAP_FIXED_NOREPLACE), -EEXIST);
  } else t.diagnostic("this kernel does not know MAP_FIXED_NOREPLACE");
  assert.equal(kernel.munmap(at, bytes), 0);
  assert.equal(kernel.munmap(at, bytes), 0);
  assert.deepEqual(readMaps(at, at + bytes), []);
});

test("systemCall() answers -errno, and takes words as numbers and as bigints", (t) => {
  const numbers = { x64: [9, 11], arm64: [222, 215] }[process.arch as string];
  if (!numbers) return t.skip(`no numbers for ${process.arch}`);
  const [mmap, munmap] = numbers as [number, number];
  const at = freeRange(bytes);
  const fixed = anonymous | MAP_FIXED;
  for (const words of [
    [at, bytes, PROT_READ, fixed, -1, 0],
    [at, bytes, PROT_READ, fixed, -1, 0].map(BigInt),
  ] as [number, number, number, number, number, number][]) {
    assert.equal(systemCall(mmap, ...words), at);
    assert.equal(systemCall(munmap, words[0], words[1], 0, 0, 0, 0), 0);
  }
  assert.equal(systemCall(munmap, at, 2n ** 64n - 1n, 0, 0, 0, 0), -EINVAL);
});

test("mprotect() changes what the maps say, or answers -errno", () => {
  const at = freeRange(bytes);
  assert.equal(mprotect(at, bytes, PROT_READ), -ENOMEM);
  kernel.mmap(at, bytes, PROT_NONE, anonymous | MAP_FIXED);
  assert.equal(mprotect(at, bytes, writable), 0);
  assert.deepEqual(
    readMaps(at, at + bytes).map(({ perms }) => perms),
    ["rw-p"],
  );
  kernel.munmap(at, bytes);
});

test("readMemory() and viewMemory() see what writeMemory() wrote", () => {
  const at = mapOwn(bytes, writable, anonymous);
  const text = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(text, fc.nat({ max: bytes - 300 }), (written, offset) => {
      const to = address(at + offset);
      writeMemory(to, written);
      assert.deepEqual(readMemory(to, written.length), written);
      assert.deepEqual(Uint8Array.from(viewMemory(to, written.length)), written);
    }),
    { seed: 1 },
  );
  viewMemory(at, 8).set([9], 1);
  assert.equal(readMemory(at, 2)[1], 9);
  kernel.munmap(at, bytes);
});

test("peek(), poke(), mincore() and msync() answer -errno where nothing is mapped", () => {
  const at = freeRange(bytes);
  assert.deepEqual([peek(at), poke(at, 1)], [-EFAULT, -EFAULT]);
  assert.deepEqual([mincore(at, bytes), msync(at, bytes)], [-ENOMEM, -ENOMEM]);
  kernel.mmap(at, bytes, writable, anonymous);
  assert.equal(poke(at, 0x12345678), 0);
  assert.equal(peek(at), 0x12345678);
  assert.deepEqual(readMemory(at, 4), Uint8Array.of(0x78, 0x56, 0x34, 0x12));
  assert.deepEqual([mincore(at, bytes), msync(at, bytes)], [0, 0]);
  mprotect(at, bytes, PROT_READ);
  assert.deepEqual([peek(at), poke(at, 1)], [0x12345678, -EFAULT]);
  kernel.munmap(at, bytes);
});

test("addressOf() stays true through garbage collections, for small arrays as well", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const arrays = [1, 2, 8, 64, 1024].map((length) => new Uint32Array(length).fill(length));
  const shared = new Uint32Array(new SharedArrayBuffer(64), 8, 2).fill(7);
  const before = [...arrays, shared].map(addressOf);
  for (let i = 0; i < 3; i++) collect();
  assert.deepEqual([...arrays, shared].map(addressOf), before);
  const firsts = before.map((at) => readMemory(address(Number(at)), 4)[0]);
  assert.deepEqual(firsts, [1, 2, 8, 64, 1024 % 256, 7]);
  assert.equal(addressOf(shared) - addressOf(new Uint8Array(shared.buffer)), 8n);
});

test("mapOwn() throws with the errno", () => {
  assert.throws(() => mapOwn(2 ** 60, PROT_NONE, anonymous), /^Error: Cannot map .*: errno 12$/);
});

test("threadUsage() only grows, by a fault for a page touched", () => {
  const at = mapOwn(bytes, writable, anonymous);
  const before = threadUsage();
  writeMemory(at, Uint8Array.of(1));
  const after = threadUsage();
  for (const name of Object.keys(before) as (keyof typeof before)[]) {
    assert.ok(after[name] >= before[name], name);
  }
  assert.ok(after.minorFaults > before.minorFaults);
  kernel.munmap(at, bytes);
});

test("limitAddressSpace() sets what addressSpaceLimit() reads, and mmap() keeps to it", () => {
  const before = addressSpaceLimit();
  const soft = 2n ** 40n < before.soft ? 2n ** 40n : before.soft;
  try {
    assert.equal(limitAddressSpace({ ...before, soft }), 0);
    assert.equal(addressSpaceLimit().soft, soft);
    assert.equal(kernel.mmap(0, Number(soft), PROT_NONE, anonymous), -ENOMEM);
  } finally {
    assert.equal(limitAddressSpace(before), 0);
  }
  assert.deepEqual(addressSpaceLimit(), before);
});

test("kernel.mmap() maps the file of a descriptor, and answers EBADF for none", (t) => {
  const descriptor = openSync(process.execPath, "r");
  t.after(() => closeSync(descriptor));
  const at = kernel.mmap(0, pageBytes, PROT_READ, MAP_PRIVATE, descriptor);
  assert.ok(at > 0);
  const head = new Uint8Array(4);
  readSync(descriptor, head, 0, 4, 0);
  assert.deepEqual(readMemory(address(at), 4), head);
  kernel.munmap(at, pageBytes);
  assert.equal(kernel.mmap(0, pageBytes, PROT_READ, MAP_PRIVATE, -1), -9);
});

test("getppid() enters the kernel", () => assert.equal(getppid(), process.ppid));

test("allowedCpus() has CPUs, ascending", () => {
  const cpus = allowedCpus();
  assert.ok(cpus.length > 0);
  assert.deepEqual(
    cpus,
    [...new Set(cpus)].sort((a, b) => a - b),
  );
});

test("pinThread() keeps one thread on a CPU and leaves the others alone", async (t) => {
  const before = allowedCpus();
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(workerData.libc).then(({ pinThread, allowedCpus }) =>
      parentPort.postMessage({ answer: pinThread(workerData.cpu), cpus: allowedCpus() }));`;
  const cpu = before.at(-1) as number;
  const libc = new URL("./libc.js", import.meta.url).href;
  const worker = new Worker(source, { eval: true, workerData: { libc, cpu } });
  const [{ answer, cpus }] = await once(worker, "message");
  await worker.terminate();
  assert.deepEqual(allowedCpus(), before);
  if (answer === -EPERM) return t.skip("pinning is forbidden here");
  assert.equal(answer, 0);
  assert.deepEqual(cpus, [cpu]);
});

test("pinThread() answers -errno for a CPU that is not there", () => {
  assert.ok([-EINVAL, -EPERM].includes(pinThread(8191)));
});
