/**
 * Executes pairs: fresh forks of every side next to each other in time, in a balanced seeded order,
 * so that what the machine does meets all sides alike. Each side is a paced run of its own.
 */

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { ForkLost, type ForkProcess } from "./fork-process.ts";
import { type FromRun, type Side, startPacedRun, type ToRun } from "./pacing.ts";

export type Role = Side["role"];

/** One fork of every side has ended, well or not. */
export interface PairEnded {
  readonly pair: number;
  readonly forks: readonly (Extract<FromRun, { kind: "fork-ended" }> & { readonly role: Role })[];
}

/** A run looks at its machine, and may start slowly on a busy one. */
const patienceMs = 60_000;
/** What a fork may take at most: the run itself gives up on a fork that hangs before. */
const forkPatienceMs = 180_000;
const leaveMs = 5_000;

/**
 * In which order the sides of each pair have their turns: a shuffled one, then its mirror image, so
 * that of two pairs each side is once before each other.
 */
export function planPairs(roles: readonly Role[], pairs: number, seed: number): Role[][] {
  const random = mersenne(seed);
  const orders: Role[][] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const order = [...(orders.at(-1) ?? roles)].reverse();
    for (let last = order.length - 1; pair % 2 === 0 && last > 0; last--) {
      const other = uniformInt(random, 0, last);
      [order[last], order[other]] = [order[other] as Role, order[last] as Role];
    }
    orders.push(order);
  }
  return orders;
}

/** The paced runs of a comparison. */
export class PairedRuns {
  readonly #sides: readonly Side[];
  readonly #signal: AbortSignal;
  readonly #runs = new Map<Role, ForkProcess<ToRun, FromRun>>();
  #pairs = 0;

  constructor(sides: readonly Side[], signal: AbortSignal) {
    this.#sides = sides;
    this.#signal = signal;
  }

  /** Starts the sides one after another. @throws ForkLost where one cannot measure */
  async open(): Promise<void> {
    for (const side of this.#sides) {
      const run = startPacedRun(side, this.#signal);
      this.#runs.set(side.role, run);
      await saying(side.role, run.ask({ kind: "prepare" }, "ready", patienceMs));
    }
  }

  /** Measures a pair for each order. @throws ForkLost where a run, not a fork of it, is lost */
  async *measure(orders: readonly (readonly Role[])[]): AsyncGenerator<PairEnded, void, undefined> {
    for (const order of orders) {
      const forks: PairEnded["forks"][number][] = [];
      for (const role of order) {
        const run = this.#runs.get(role) as ForkProcess<ToRun, FromRun>;
        const ask = run.ask({ kind: "next-fork" }, "fork-ended", forkPatienceMs);
        const ended = await saying(role, ask);
        forks.push({ ...ended, role });
      }
      yield { pair: this.#pairs++, forks };
    }
  }

  /** Lets every run write its file. @throws ForkLost where one does not */
  async close(): Promise<void> {
    for (const [role, run] of this.#runs) {
      await saying(role, run.ask({ kind: "stop" }, "saved", patienceMs));
    }
  }

  /** Ends the runs, whatever state they are in; each saves what it has. */
  async leave(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.leave(leaveMs)));
  }
}

/** Which side it was is said with why it was lost. */
async function saying<T>(role: Role, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ForkLost)) throw error;
    throw new ForkLost(error.status, `The ${role} cannot measure: ${error.message}`);
  }
}
