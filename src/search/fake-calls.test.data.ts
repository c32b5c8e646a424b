/**
 * The system calls of a search without the kernel: one maps file, served in pieces of any size, and
 * PROCMAP_QUERY over a list. Buffers are those of the test itself, found by their addresses.
 */

import assert from "node:assert/strict";
import { address } from "../model.ts";
import { type SystemCall, systemCalls, type TimedCalls } from "../probe/timed-calls.ts";
import { ENOENT } from "../sys/constants.ts";
import { readMemory, writeMemory } from "../sys/libc.ts";
import { PROCMAP_QUERY } from "../sys/procmap-query.ts";

export const pageBytes = 4096;

export interface FakeRange {
  readonly start: number;
  readonly end: number;
  readonly name?: string;
}

/** The text that the kernel prints for ranges, names in the column where it puts them. */
export function printMaps(ranges: readonly FakeRange[]): string {
  const hex = (value: number): string => value.toString(16).padStart(8, "0");
  return ranges
    .map(({ start, end, name = "" }) => {
      const line = `${hex(start)}-${hex(end)} rw-p 00000000 00:00 0 `;
      return `${name && line.padEnd(73)}${name || line}\n`;
    })
    .join("");
}

export interface FakeSpace {
  /** What is mapped; the next call sees what a test pushes here. */
  ranges: readonly FakeRange[];
  /** The maps file where it is not printMaps() of the ranges. */
  readonly text?: () => string;
  /** The most that the next read hands out; a page by default. */
  readonly mostBytes?: () => number;
  /** Calls that always answer -errno. */
  readonly fails?: Partial<Record<SystemCall, number>>;
}

const pathText = "/proc/self/maps\0";
const queryWords = 13;

/** A tick a call, none between two. */
export class FakeCalls implements TimedCalls {
  beganTicks = 0;
  endedTicks = 0;
  spentTicks = 0;
  readonly made = new Uint32Array(systemCalls.length);
  /** Open descriptors, each with what it has not handed out yet. */
  readonly open = new Map<number, Uint8Array>();
  readonly #space: FakeSpace;
  #descriptors = 3;

  constructor(space: FakeSpace) {
    this.#space = space;
  }

  call(name: SystemCall, ...args: readonly (number | bigint)[]): number {
    (this.made[systemCalls.indexOf(name)] as number)++;
    this.beganTicks = this.spentTicks;
    this.spentTicks++;
    this.endedTicks = this.spentTicks;
    const errno = this.#space.fails?.[name];
    return errno === undefined ? this.#answer(name, args.map(Number)) : -errno;
  }

  count(name: SystemCall): number {
    return this.made[systemCalls.indexOf(name)] as number;
  }

  now(): number {
    return this.spentTicks;
  }

  #answer(name: SystemCall, [first = 0, second = 0, third = 0]: readonly number[]): number {
    switch (name) {
      case "openat":
        return this.#openMaps(second);
      case "read":
        return this.#read(first, second, third);
      case "close":
        assert.ok(this.open.delete(first), `${first} is not open`);
        return 0;
      case "ioctl":
        assert.ok(this.open.has(first), `${first} is not open`);
        assert.equal(second, PROCMAP_QUERY);
        return this.#query(third);
      default:
        assert.fail(`a search makes no ${name}`);
    }
  }

  #openMaps(pathAt: number): number {
    const path = readMemory(address(pathAt), pathText.length);
    assert.equal(Buffer.from(path).toString(), pathText);
    const { text, ranges } = this.#space;
    this.open.set(this.#descriptors, Buffer.from(text?.() ?? printMaps(ranges)));
    return this.#descriptors++;
  }

  #read(descriptor: number, to: number, bytes: number): number {
    const rest = this.open.get(descriptor);
    assert.ok(rest, `${descriptor} is not open`);
    const most = this.#space.mostBytes?.() ?? pageBytes;
    const piece = rest.subarray(0, Math.min(bytes, most));
    writeMemory(address(to), piece);
    this.open.set(descriptor, rest.subarray(piece.length));
    return piece.length;
  }

  #query(at: number): number {
    const words = new BigUint64Array(readMemory(address(at), queryWords * 8).buffer);
    // Size, and the flag that asks for the next mapping where none covers the address.
    assert.deepEqual([...words.subarray(0, 2)], [104n, 0x10n]);
    const found = this.#space.ranges.find(({ end }) => end > Number(words[2]));
    if (!found) return -ENOENT;
    words[3] = BigInt(found.start);
    words[4] = BigInt(found.end);
    writeMemory(address(at), words);
    return 0;
  }
}
