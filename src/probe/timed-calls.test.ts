/** Holds machine code and libc fallback together: the same calls, the same answers. */

import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Address } from "../model.ts";
import {
  AT_FDCWD,
  EINVAL,
  ENOENT,
  ENOMEM,
  MAP_FIXED,
  MAP_PRIVATE,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from "../sys/constants.ts";
import { pageBytes } from "../sys/fake-kernel.test.data.ts";
import { anonymous, freeRange } from "../sys/free-range.test.data.ts";
import { addressOf, readMemory } from "../sys/libc.ts";
import { readMaps } from "../sys/maps.ts";
import { loadCode } from "./native.ts";
import { openTimedCalls, type ProbeChoice } from "./select.ts";
import { type SystemCall, systemCalls, type TimedCalls } from "./timed-calls.ts";

const EBADF = 9;
const EFAULT = 14;
const ENOTDIR = 20;
const ENOTTY = 25;
const MADV_DONTNEED = 4;
const FIONREAD = 0x541b;
const TIOCGWINSZ = 0x5413;
const writable = PROT_READ | PROT_WRITE;
const bytes = 4 * pageBytes;

const code = loadCode();
const choices: Readonly<Record<"native" | "libc", ProbeChoice | undefined>> = {
  native:
    code.state === "loaded" ? { kind: "native", codeAt: code.at, reason: "a test" } : undefined,
  libc: { kind: "libc", reason: "a test" },
};

for (const [kind, choice] of Object.entries(choices)) {
  const title = (what: string) => `openTimedCalls() of the ${kind} probe ${what}`;
  const calls = (): TimedCalls => openTimedCalls(choice as ProbeChoice);
  const skip = choice === undefined && "no machine code here";

  test(title("maps, protects, advises and unmaps"), { skip }, () => {
    const { call } = bound(calls());
    const at = freeRange(bytes);
    const fixed = anonymous | MAP_FIXED;
    assert.equal(call("mprotect", at, bytes, PROT_READ), -ENOMEM);
    assert.equal(call("madvise", at, bytes, MADV_DONTNEED), -ENOMEM);
    assert.equal(call("mmap", at, bytes, PROT_NONE, fixed, -1, 0), at);
    assert.equal(call("mprotect", at + pageBytes, pageBytes, writable), 0);
    assert.deepEqual(permsOf(at), ["---p", "rw-p", "---p"]);
    assert.equal(call("madvise", at, bytes, MADV_DONTNEED), 0);
    assert.equal(call("munmap", at + pageBytes, 2 * pageBytes), 0);
    assert.deepEqual(permsOf(at), ["---p", "---p"]);
    assert.equal(call("munmap", at, bytes), 0);
    assert.deepEqual(permsOf(at), []);
  });

  test(title("opens, asks, reads and closes a file"), { skip }, (t) => {
    const { call } = bound(calls());
    const path = fileOf(t, "some text");
    const left = new Int32Array(1);
    const buffer = new Uint8Array(64);
    const descriptor = call("openat", AT_FDCWD, pathAt(path), 0, 0);
    assert.ok(descriptor > 2);
    assert.equal(call("read", descriptor, addressOf(buffer), 5), 5);
    assert.equal(Buffer.from(buffer).toString("latin1", 0, 5), "some ");
    assert.equal(call("ioctl", descriptor, FIONREAD, addressOf(left)), 0);
    assert.equal(left[0], 4);
    assert.equal(call("read", descriptor, addressOf(buffer), 64), 4);
    assert.equal(call("close", descriptor), 0);
    assert.equal(call("close", descriptor), -EBADF);
  });

  test(title("answers -errno"), { skip }, (t) => {
    const { call } = bound(calls());
    const path = fileOf(t, "text");
    const descriptor = call("openat", AT_FDCWD, pathAt(path), 0);
    assert.equal(call("mmap", 0, 0, PROT_NONE, anonymous, -1, 0), -EINVAL);
    assert.equal(call("mmap", 0, pageBytes, PROT_READ, MAP_PRIVATE, -1, 0), -EBADF);
    assert.equal(call("munmap", 0, 0), -EINVAL);
    assert.equal(call("munmap", 1, pageBytes), -EINVAL);
    assert.equal(call("openat", AT_FDCWD, pathAt(`${path}/none`)), -ENOTDIR);
    assert.equal(call("openat", AT_FDCWD, pathAt(`${path}-none`)), -ENOENT);
    assert.equal(call("openat", AT_FDCWD, 0), -EFAULT);
    assert.equal(call("ioctl", descriptor, TIOCGWINSZ, 0), -ENOTTY);
    assert.equal(call("read", -1, 0, 0), -EBADF);
    assert.equal(call("close", descriptor), 0);
  });

  test(title("takes six arguments, bigints and numbers alike"), { skip }, (t) => {
    const { call } = bound(calls());
    const pages = ["a", "b", "c"].map((letter) => letter.repeat(pageBytes));
    const descriptor = openSync(fileOf(t, pages.join("")), "r");
    t.after(() => closeSync(descriptor));
    const at = freeRange(bytes);
    const flags = MAP_PRIVATE | MAP_FIXED;
    const six = [at, 2 * pageBytes, PROT_READ, flags, descriptor, pageBytes];
    for (const words of [six, six.map(BigInt)]) {
      assert.equal(call("mmap", ...words), at);
      const seen = Buffer.from(readMemory(at, 2 * pageBytes)).toString("latin1");
      assert.ok(seen === (pages[1] as string) + pages[2]);
      assert.deepEqual(permsOf(at), ["r--p"]);
      assert.equal(call("munmap", ...words.slice(0, 2)), 0);
    }
  });

  test(title("extends the sign of negative arguments to 64 bits"), { skip }, () => {
    const { call } = bound(calls());
    const at = freeRange(bytes);
    // As 2^32 - pageBytes it would be a length like any other, of memory that is not there.
    assert.equal(call("madvise", at, 2 ** 32 - pageBytes, MADV_DONTNEED), -ENOMEM);
    for (const length of [-pageBytes, -BigInt(pageBytes), 2n ** 64n - BigInt(pageBytes)]) {
      assert.equal(call("madvise", at, length, MADV_DONTNEED), -EINVAL);
    }
  });

  test(title("leaves arguments of the call before behind"), { skip }, () => {
    const { call } = bound(calls());
    const at = freeRange(bytes);
    assert.equal(call("mmap", at, bytes, PROT_NONE, anonymous | MAP_FIXED, -1, 0), at);
    assert.equal(call("mprotect", at, bytes, PROT_READ), 0);
    assert.equal(call("mprotect", at, bytes), 0);
    assert.deepEqual(permsOf(at), ["---p"]);
    assert.equal(call("munmap", at, bytes), 0);
  });

  test(title("counts its calls and the ticks inside them"), { skip }, () => {
    const timed = calls();
    assert.deepEqual(stateOf(timed), {
      began: 0,
      ended: 0,
      spent: 0,
      made: systemCalls.map(() => 0),
    });
    const made = new Map<SystemCall, number>();
    let spent = 0;
    let last = timed.now();
    assert.ok(last >= 0);
    for (let i = 0; i < 100; i++) {
      const name = systemCalls[i % systemCalls.length] as SystemCall;
      timed.call(name, -1, 0, 0);
      made.set(name, (made.get(name) ?? 0) + 1);
      const { beganTicks, endedTicks } = timed;
      assert.ok(last <= beganTicks && beganTicks <= endedTicks);
      spent += endedTicks - beganTicks;
      assert.equal(timed.spentTicks, spent);
      last = endedTicks;
    }
    const before = stateOf(timed);
    assert.deepEqual(
      before.made,
      systemCalls.map((name) => made.get(name) ?? 0),
    );
    assert.ok(timed.now() >= last);
    assert.deepEqual(stateOf(timed), before);
  });

  test(title("keeps the calls of two objects apart"), { skip }, () => {
    const [one, other] = [calls(), calls()];
    one.call("close", -1);
    const before = stateOf(one);
    assert.equal(other.call("munmap", 0, 0), -EINVAL);
    assert.deepEqual(stateOf(one), before);
    assert.deepEqual(
      other.made,
      Uint32Array.from(systemCalls, (name) => Number(name === "munmap")),
    );
  });
}

function bound(calls: TimedCalls): Pick<TimedCalls, "call"> {
  return { call: calls.call.bind(calls) };
}

function stateOf({ beganTicks, endedTicks, spentTicks, made }: TimedCalls) {
  return { began: beganTicks, ended: endedTicks, spent: spentTicks, made: Array.from(made) };
}

function permsOf(at: Address): string[] {
  return readMaps(at, at + bytes).map(({ perms }) => perms);
}

/** A file of this text, gone after the test. */
function fileOf(t: TestContext, text: string): string {
  const directory = mkdtempSync(join(tmpdir(), "noclobber-timed-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "file");
  writeFileSync(path, text);
  return path;
}

const kept: Uint8Array[] = [];

/** Where a path lies as the kernel reads it, kept for as long as the tests run. */
function pathAt(path: string): bigint {
  const text = new Uint8Array(Buffer.from(`${path}\0`));
  kept.push(text);
  return addressOf(text);
}
