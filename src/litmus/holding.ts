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

  /** After the mmap: undefined, or "two-owners" if the window had an owner. */
  begin(claim: number, at: Address): "two-owners" | undefined {
    const previous = Atomics.exchange(this.#claims, claim, this.#owner);
    this.#canary = (this.#canary + 1) % canariesPerActor;
    poke(at, this.#word());
    return previous === 0 ? undefined : "two-owners";
  }

  /**
   * Before the release: undefined, or "clobbered" if another has claimed the window since, or the
   * canary is gone.
   */
  end(claim: number, at: Address): "clobbered" | undefined {
    const isIntact = peek(at) === this.#word();
    const last = Atomics.compareExchange(this.#claims, claim, this.#owner, 0);
    return isIntact && last === this.#owner ? undefined : "clobbered";
  }

  #word(): number {
    return this.#owner * canariesPerActor + this.#canary;
  }
}
