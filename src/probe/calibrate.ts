/**
 * How long a tick is: the probe's clock against CLOCK_MONOTONIC, with the error that the way of
 * reading both leaves.
 */

import type { Calibration } from "../results/schema.ts";
import type { Probe } from "./batch.ts";

/** Both clocks at one moment. */
export interface ClockPair {
  readonly ticks: bigint;
  readonly ns: bigint;
  /** Half the width of the monotonic readings around the tick reading. */
  readonly uncertaintyNs: number;
}

const readings = 200;

/** Reads both clocks many times and keeps the closest pair: interrupts only ever widen one. */
export function readClockPair(probe: Probe): ClockPair {
  let best: ClockPair | undefined;
  for (let i = 0; i < readings; i++) {
    const before = process.hrtime.bigint();
    const ticks = probe.readTicks();
    const after = process.hrtime.bigint();
    const uncertaintyNs = Number(after - before) / 2;
    if (!best || uncertaintyNs < best.uncertaintyNs) {
      best = { ticks, ns: (before + after) / 2n, uncertaintyNs };
    }
  }
  return best as ClockPair;
}

/** Ticks per nanosecond from two pairs, the second read later. */
export function calibrate(first: ClockPair, second: ClockPair): Calibration {
  const overNs = Number(second.ns - first.ns);
  const uncertaintyNs = first.uncertaintyNs + second.uncertaintyNs;
  return {
    ticksPerNs: Number(second.ticks - first.ticks) / overNs,
    errorPpm: (uncertaintyNs / overNs) * 1e6,
    overNs,
  };
}
