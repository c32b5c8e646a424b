import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  formatBytes,
  formatCount,
  formatNs,
  sizeToBytes,
  ticksToNs,
  toThreeDigits,
} from "./units.ts";

test("sizeToBytes() takes powers of 1024 in any case, and nothing else", () => {
  const table: [text: string, bytes: number | undefined][] = [
    ["0", 0],
    ["4096", 4096],
    ["64K", 65_536],
    ["64k", 65_536],
    ["1M", 2 ** 20],
    ["1MB", 2 ** 20],
    ["1MiB", 2 ** 20],
    [" 2g ", 2 ** 31],
    ["1.5K", 1536],
    ["4T", 2 ** 42],
    ["0.1K", undefined],
    ["9007199254740993", undefined],
    ["99999999T", undefined],
    ["", undefined],
    ["K", undefined],
    ["-1", undefined],
    ["1e3", undefined],
    ["0x1000", undefined],
    ["1P", undefined],
    ["1 M", undefined],
    ["1M2", undefined],
    [".5K", undefined],
  ];
  for (const [text, bytes] of table) assert.equal(sizeToBytes(text), bytes, `"${text}"`);
});

test("formatBytes() takes the largest unit that leaves a whole number", () => {
  const table: [bytes: number, text: string][] = [
    [0, "0 B"],
    [1, "1 B"],
    [1023, "1023 B"],
    [1024, "1 KiB"],
    [1536, "1536 B"],
    [65_536, "64 KiB"],
    [2 ** 20, "1 MiB"],
    [2 ** 20 + 1024, "1025 KiB"],
    [2 ** 38, "256 GiB"],
    [2 ** 50, "1024 TiB"],
  ];
  for (const [bytes, text] of table) assert.equal(formatBytes(bytes), text);
});

test("formatBytes() is undone by sizeToBytes()", () => {
  const size = fc.nat({ max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(size, (bytes) => sizeToBytes(formatBytes(bytes).replace(" ", "")) === bytes),
    { seed: 1 },
  );
});

test("toThreeDigits() writes three digits and no exponent", () => {
  const table: [value: number, text: string][] = [
    [0, "0"],
    [1234, "1230"],
    [123.4, "123"],
    [12.34, "12.3"],
    [1.2, "1.20"],
    [0.12345, "0.123"],
    [0.0012345, "0.00123"],
    [-12.34, "-12.3"],
  ];
  for (const [value, text] of table) assert.equal(toThreeDigits(value), text);
});

test("formatNs() and formatCount() scale, three digits each", () => {
  const times: [ns: number, text: string][] = [
    [0, "0 ns"],
    [305, "305 ns"],
    [999.4, "999 ns"],
    [5400, "5.40 us"],
    [4.06e6, "4.06 ms"],
    [60e9, "60.0 s"],
  ];
  for (const [ns, text] of times) assert.equal(formatNs(ns), text);
  const counts: [count: number, text: string][] = [
    [0, "0"],
    [7, "7.00"],
    [145_123, "145 k"],
    [1.9e6, "1.90 M"],
    [4.2e9, "4.20 G"],
  ];
  for (const [count, text] of counts) assert.equal(formatCount(count), text);
});

test("toThreeDigits() has three digits where rounding carries, too", () => {
  const table: [value: number, text: string][] = [
    [9.996, "10.0"],
    [99.96, "100"],
    [0.9996, "1.00"],
    [0.09996, "0.100"],
  ];
  for (const [value, text] of table) assert.equal(toThreeDigits(value), text);
  assert.equal(formatNs(999.6), "1.00 us");
  assert.equal(formatCount(9996), "10.0 k");
});

test("ticksToNs() gives whole nanoseconds, for any tick of any clock", () => {
  assert.equal(ticksToNs(0, 2.1), 0);
  assert.equal(ticksToNs(2100, 2.1), 1000);
  assert.equal(ticksToNs(1, 0.024), 42);
  const clock = fc.double({ min: 0.01, max: 10, noNaN: true });
  fc.assert(
    fc.property(fc.nat({ max: 0xffffffff }), clock, (ticks, ticksPerNs) => {
      const ns = ticksToNs(ticks, ticksPerNs);
      return Number.isSafeInteger(ns) && Math.abs(ns - ticks / ticksPerNs) <= 0.5 + ns * 2 ** -50;
    }),
    { seed: 1 },
  );
});
