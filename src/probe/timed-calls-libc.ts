/**
 * The fallback of single timed calls: syscall(2) of the C library between two reads of the
 * monotonic clock. The harness's own hundreds of nanoseconds are inside, so its ticks are never
 * compared with those of machine code. One tick is one nanosecond.
 */

import { systemCall, type Word } from "../sys/libc.ts";
import { callNumbersOf } from "./call-numbers.ts";
import { type SystemCall, systemCalls, type TimedCalls } from "./timed-calls.ts";

const clock = process.hrtime.bigint;

export class LibcTimedCalls implements TimedCalls {
  beganTicks = 0;
  endedTicks = 0;
  spentTicks = 0;
  readonly made = new Uint32Array(systemCalls.length);
  readonly #numbers = callNumbersOf();
  readonly #origin = clock();

  call(
    name: SystemCall,
    a: Word = 0,
    b: Word = 0,
    c: Word = 0,
    d: Word = 0,
    e: Word = 0,
    f: Word = 0,
  ): number {
    const number = this.#numbers[name];
    const before = clock();
    const result = systemCall(number, a, b, c, d, e, f);
    const after = clock();
    this.beganTicks = Number(before - this.#origin);
    this.endedTicks = Number(after - this.#origin);
    this.spentTicks += this.endedTicks - this.beganTicks;
    (this.made[systemCalls.indexOf(name)] as number)++;
    return result;
  }

  now(): number {
    return Number(clock() - this.#origin);
  }
}
