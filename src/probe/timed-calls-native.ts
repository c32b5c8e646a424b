/**
 * Single timed calls in machine code: timed_call of attempt-loop.*.s, called once a system call. A
 * call allocates nothing. One tick is one of the CPU's counter, as for the batch loop.
 */

import { type Address, address } from "../model.ts";
import { addressOf, functionAt, type Word } from "../sys/libc.ts";
import { callNumbersOf } from "./call-numbers.ts";
import { CallWords, noCall } from "./call-words.ts";
import { machineCode } from "./code.ts";
import { nativeProbe } from "./native.ts";
import { type SystemCall, systemCalls, type TimedCalls } from "./timed-calls.ts";

export class NativeTimedCalls implements TimedCalls {
  beganTicks = 0;
  endedTicks = 0;
  spentTicks = 0;
  readonly made = new Uint32Array(systemCalls.length);
  readonly #numbers = callNumbersOf();
  readonly #timedCall: (wordsAt: number) => void;
  readonly #words: CallWords;
  readonly #wordsAt: number;
  readonly #clock: CallWords;
  readonly #clockAt: number;

  /** Calls through the code loaded at `codeAt`. */
  constructor(codeAt: Address) {
    const entry = machineCode[process.arch as "x64" | "arm64"].entries.timedCall;
    // An address as a number: koffi takes twice as long over a typed array.
    this.#timedCall = functionAt(address(codeAt + entry), "void", ["uintptr_t"]);
    const origin = nativeProbe(codeAt).readTicks();
    this.#words = new CallWords(origin);
    this.#wordsAt = Number(addressOf(this.#words.words));
    this.#clock = new CallWords(origin);
    this.#clockAt = Number(addressOf(this.#clock.words));
    this.#clock.setNumber(noCall);
  }

  call(
    name: SystemCall,
    a: Word = 0,
    b: Word = 0,
    c: Word = 0,
    d: Word = 0,
    e: Word = 0,
    f: Word = 0,
  ): number {
    const words = this.#words;
    words.setNumber(this.#numbers[name]);
    words.setArgument(0, a);
    words.setArgument(1, b);
    words.setArgument(2, c);
    words.setArgument(3, d);
    words.setArgument(4, e);
    words.setArgument(5, f);
    this.#timedCall(this.#wordsAt);
    this.beganTicks = words.beganTicks;
    this.endedTicks = words.endedTicks;
    this.spentTicks += this.endedTicks - this.beganTicks;
    (this.made[systemCalls.indexOf(name)] as number)++;
    return words.result;
  }

  now(): number {
    this.#timedCall(this.#clockAt);
    return this.#clock.endedTicks;
  }
}
