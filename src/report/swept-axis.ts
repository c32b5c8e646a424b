/** The axis of a swept setting: its values as ticks, each doubling as far as the last. */

import type { Axis, Tick } from "./axes.ts";

/** Of the axis: ticks nearer to each other than this would run into each other. */
const leastGap = 0.13;
/** Room at both ends, so that marks beside each other are whole: a part of the axis. */
const roomShare = 0.05;

/**
 * From the lowest place to the highest, or to `beyond`; all are above 0. Where ticks crowd, the
 * lowest and the highest stay.
 */
export function sweptAxis(ticks: readonly Tick[], label: string, beyond = 0): Axis {
  const sorted = ticks.toSorted((a, b) => a.at - b.at);
  const low = sorted[0]?.at ?? 1;
  const high = Math.max(sorted.at(-1)?.at ?? 1, beyond);
  // A single value stands in the middle.
  const room = high > low ? (high / low) ** roomShare : 2;
  const domain = [low / room, high * room] as const;
  const gap = Math.log(domain[1] / domain[0]) * leastGap;
  const isFar = (a: Tick, b: Tick | undefined) => !b || Math.abs(Math.log(a.at / b.at)) >= gap;
  const last = sorted.at(-1);
  const kept: Tick[] = [];
  for (const tick of sorted) {
    if (tick === last || (isFar(tick, kept.at(-1)) && isFar(tick, last))) kept.push(tick);
  }
  return { kind: "log", unit: "count", label, domain, ticks: kept };
}
