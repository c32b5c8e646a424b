/**
 * /proc/self/maps, opened and read through a thread's timed calls: one buffer for the life of a
 * search, so that nothing is allocated between two searches.
 */

import type { SystemCall, TimedCalls } from "../probe/timed-calls.ts";
import { AT_FDCWD, errnoName, O_CLOEXEC, O_RDONLY } from "../sys/constants.ts";
import { addressOf } from "../sys/libc.ts";

const path = "/proc/self/maps";
/** The path for the kernel, ending with 0; as long as this the engine never moves a buffer. */
const pathText = Buffer.alloc(256);
pathText.write(path);
/** The text of 14,000 mappings of 75 bytes; pages that no text reaches cost nothing. */
const firstBufferBytes = 2 ** 20;

/** Opens the file for this process. Returns the descriptor. @throws Error with the errno */
export function openMaps(calls: TimedCalls): number {
  // Asked for here, so that the text is not collected while only its address is in use.
  return made(calls, "openat", AT_FDCWD, Number(addressOf(pathText)), O_RDONLY | O_CLOEXEC);
}

/** Reads the file whole, as often as it is asked to. */
export class MapsFile {
  readonly #calls: TimedCalls;
  #buffer = Buffer.alloc(firstBufferBytes);

  constructor(calls: TimedCalls) {
    this.#calls = calls;
  }

  /**
   * The text, now; valid until the next read. The kernel hands out about a page in each call, and
   * what changes between two calls may stand in the text twice.
   * @throws Error where the kernel does not answer
   */
  read(): Buffer {
    const descriptor = openMaps(this.#calls);
    try {
      const length = this.#readAll(descriptor);
      return this.#buffer.subarray(0, length);
    } finally {
      this.#calls.call("close", descriptor);
    }
  }

  #readAll(descriptor: number): number {
    let at = Number(addressOf(this.#buffer));
    for (let length = 0; ; ) {
      if (length === this.#buffer.length) {
        this.#buffer = Buffer.concat([this.#buffer, Buffer.alloc(length)]);
        at = Number(addressOf(this.#buffer));
      }
      const rest = this.#buffer.length - length;
      const bytes = made(this.#calls, "read", descriptor, at + length, rest);
      if (bytes === 0) return length;
      length += bytes;
    }
  }
}

function made(calls: TimedCalls, name: SystemCall, ...args: number[]): number {
  const result = calls.call(name, ...args);
  if (result < 0) throw new Error(`Cannot read ${path}: ${name}: ${errnoName(-result)}`);
  return result;
}
