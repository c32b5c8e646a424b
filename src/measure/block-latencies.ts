/**
 * The middle of one block's latencies. A machine changes its speed within tenths of a second, so
 * what neighbouring blocks say compares better than what whole trials say.
 */

import { type CallClass, callClasses } from "../model.ts";
import type { Batch } from "../probe/batch.ts";

/** In ticks; undefined where there was no such call, or where it lies beyond the table. */
export type MiddleTicks = { readonly p50: number; readonly p90: number } | undefined;

/** What a block is compared with its neighbours by. */
export const blockClasses = ["lost", "placed", "release"] as const;

export type BlockLatencies = Readonly<Record<(typeof blockClasses)[number], MiddleTicks>>;

/** Ticks that are told apart: a quarter of a millisecond at 4 GHz, far above any middle. */
const tableTicks = 2 ** 20;
const table = new Uint32Array(tableTicks);

/** Quantiles of a block's log. A lost attempt is a rejected one, or a misplaced one whole. */
export function blockLatencies(batch: Batch): BlockLatencies {
  return {
    lost: middleOf(batch, ["lost", "rejected"]),
    placed: middleOf(batch, ["placed"]),
    release: middleOf(batch, ["release"]),
  };
}

/** Counts how often each number of ticks was seen, and leaves the table at 0. */
function middleOf({ log, records }: Batch, classes: readonly CallClass[]): MiddleTicks {
  const kinds = classes.map((name) => callClasses.indexOf(name));
  let total = 0;
  let most = 0;
  for (let at = 0; at < records * 2; at += 2) {
    if (!kinds.includes((log[at + 1] as number) & 0x3f)) continue;
    const ticks = Math.min(log[at] as number, tableTicks - 1);
    table[ticks] = (table[ticks] as number) + 1;
    most = Math.max(most, ticks);
    total++;
  }
  const p50 = quantile(total * 0.5);
  const p90 = quantile(total * 0.9);
  table.fill(0, 0, most + 1);
  return total > 0 && p90 < tableTicks - 1 ? { p50, p90 } : undefined;

  /** The smallest number of ticks that so many calls did not exceed. */
  function quantile(calls: number): number {
    let ticks = 0;
    for (let below = table[0] as number; below < calls; below += table[ticks] as number) ticks++;
    return ticks;
  }
}
