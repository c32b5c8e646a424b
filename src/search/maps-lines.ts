/**
 * The text of a maps file as ranges, parsed as bytes: a search reads thousands of lines and wants
 * two numbers of each, so no string is made. Everything else on a line is for sys/maps.ts.
 */

import type { Ranges } from "./first-fit.ts";

/**
 * Pages below a stack where the kernel refuses a hint, so that the stack can grow: the default of
 * stack_guard_gap in mm/mmap.c, Linux 4.12.
 */
export const stackGuardPages = 256;

const newline = 0x0a;
const space = 0x20;
const dash = 0x2d;
const digitZero = 0x30;
const digitNine = 0x39;
const letterA = 0x61;
const stackName = Buffer.from(" [stack]");

/** Reads the lines one after another. A stack begins at its guard gap, if that is not mapped. */
export class MapsLines implements Ranges {
  start = 0;
  end = 0;
  /** Whether the line is that of the main thread's stack. */
  isStack = false;
  readonly #guardBytes: number;
  #text: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(pageBytes: number) {
    this.#guardBytes = stackGuardPages * pageBytes;
  }

  /** Begins at the first line of another text. */
  begin(text: Buffer): void {
    this.#text = text;
    this.#at = 0;
    this.end = 0;
  }

  /** @throws Error on a line of no such form */
  seek(at: number): boolean {
    while (this.#at < this.#text.length) {
      const lineAt = this.#at;
      const endBefore = this.end;
      this.start = this.#hexBefore(dash, lineAt);
      this.end = this.#hexBefore(space, lineAt);
      const lineEnd = this.#lineEndFrom(this.#at);
      this.#at = lineEnd + 1;
      if (this.end <= at) continue;
      this.isStack = this.#isStackUpTo(lineEnd);
      if (this.isStack) this.start = Math.max(this.start - this.#guardBytes, endBefore);
      return true;
    }
    return false;
  }

  /** A double: exact below 2^53, and as good as endless for the vsyscall page far above. */
  #hexBefore(separator: number, lineAt: number): number {
    const text = this.#text;
    let at = this.#at;
    let value = 0;
    for (; at < text.length; at++) {
      const byte = text[at] as number;
      const digit = byte <= digitNine ? byte - digitZero : byte - letterA + 10;
      if (digit < 0 || digit > 15) break;
      value = value * 16 + digit;
    }
    if (text[at] !== separator || at === this.#at) {
      const line = text.toString("latin1", lineAt, this.#lineEndFrom(lineAt));
      throw new Error(`Cannot read a line of the maps file: "${line}"`);
    }
    this.#at = at + 1;
    return value;
  }

  /** Through Buffer's indexOf: half the time of a typed array's, or of a loop. */
  #lineEndFrom(at: number): number {
    const lineEnd = this.#text.indexOf(newline, at);
    return lineEnd === -1 ? this.#text.length : lineEnd;
  }

  #isStackUpTo(lineEnd: number): boolean {
    const nameAt = lineEnd - stackName.length;
    return stackName.every((byte, index) => this.#text[nameAt + index] === byte);
  }
}
