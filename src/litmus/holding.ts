/**
 * What an owner does to find out that it is not the only one: a claim in shared memory, which the
 * newest owner always exchanges for its own, and a canary in the first page. The page is read and
 * written by way of the kernel, since in a broken scenario it may be gone.
 */

import type { Address } from "../model.ts";
import { peek, poke } from "../sys/libc.ts";
import type { ScriptContext } from "./script.ts";

const canariesPerActor = 2 ** 24;

export class Holding {
  readonly #claims: Int32Array;
  readonly #owner: number;
  #canary = 0;

  constructor({ shared, actor }: Pick<ScriptContext, "shared" | "actor">) {
    this.#claims = shared;
    this.#owner = actor + 1;
  }

  /** After the mmap: false if the window had an owner, or its first page is not there. */
  begin(claim: number, at: Address): boolean {
    const previous = Atomics.exchange(this.#claims, claim, this.#owner);
    this.#canary = (this.#canary + 1) % canariesPerActor;
    return poke(at, this.#word()) === 0 && previous === 0;
  }

  /** Before the release: false if another has claimed the window, or the canary is gone. */
  end(claim: number, at: Address): boolean {
    const isIntact = peek(at) === this.#word();
    const last = Atomics.compareExchange(this.#claims, claim, this.#owner, 0);
    return isIntact && last === this.#owner;
  }

  #word(): number {
    return this.#owner * canariesPerActor + this.#canary;
  }
}
