/** Situations for tests of probes: a batch and a block of it, and its log as words. */

import { address, type Window } from "../model.ts";
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_NONE, PROT_READ, PROT_WRITE } from "../sys/constants.ts";
import { pageBytes } from "../sys/fake-kernel.test.data.ts";
import { addressOf } from "../sys/libc.ts";
import { Batch, canaryBroken, claimBroken, classOf, errnoOf, type Probe } from "./batch.ts";

export interface Situation {
  readonly windows: readonly Window[];
  readonly order?: readonly number[];
  /** What stands in the claims when the actor begins: one a window unless given. */
  readonly claims?: readonly number[];
  readonly actor?: number;
  readonly hold?: number;
  readonly touchBytes?: number;
  readonly flags?: number;
  readonly addressed?: boolean;
}

/** Windows one after another, a page between any two, each with its own claim. */
export function windowsAt(start: number, count: number, bytes = pageBytes): Window[] {
  return Array.from({ length: count }, (_, index) => ({
    start: address(start + index * (bytes + pageBytes)),
    bytes,
    firstClaim: index,
    claims: 1,
  }));
}

/** A batch of the situation; without an order it asks for the first window, always. */
export function newBatch(situation: Situation): Batch {
  const { windows, order = [0], actor = 42, hold = 0, touchBytes = 0 } = situation;
  return new Batch(
    {
      windows,
      order: Uint32Array.from(order),
      claims: Uint32Array.from(situation.claims ?? windows.map(() => 0)),
      actor,
      prot: touchBytes > 0 ? PROT_READ | PROT_WRITE : PROT_NONE,
      touchBytes,
      pageBytes,
      hold,
    },
    addressOf,
  );
}

/** Runs so many further attempts, and returns the log. */
export function runAttempts(
  probe: Probe,
  batch: Batch,
  { flags = 0, addressed = true }: Partial<Situation>,
  attempts: number,
): string {
  batch.prepare({
    flags: MAP_PRIVATE | MAP_ANONYMOUS | flags,
    addressed,
    deadlineTicks: 1n << 62n,
    attemptLimit: batch.get("CURSOR") + BigInt(attempts),
  });
  probe.runBatch(batch);
  return logOf(batch);
}

/** The log as words: "placed!claim", "release!canary", "failed!12" (an errno). */
function logOf({ log, records }: Batch): string {
  const words = Array.from(log.subarray(0, 2 * records)).filter((_, index) => index % 2 === 1);
  return words
    .map((word) => {
      const marks = [
        ...((word & claimBroken) !== 0 ? ["claim"] : []),
        ...((word & canaryBroken) !== 0 ? ["canary"] : []),
        ...(errnoOf(word) > 0 ? [errnoOf(word)] : []),
      ];
      return [classOf(word), ...marks].join("!");
    })
    .join(" ");
}
