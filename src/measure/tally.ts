/**
 * Folds a block's log into exact counts: how often each number of ticks was seen, by class. Runs
 * between blocks, for every call, so it is one increment a record; histograms are made from it once
 * a trial.
 */

import { callClasses } from "../model.ts";
import { type Batch, canaryBroken, claimBroken, classOf, errnoOf } from "../probe/batch.ts";
import type { TickCounts } from "../results/histogram.ts";
import { joinCounts, TickTable } from "./tick-table.ts";

/** What a block's records say, without their latencies. */
export interface RecordCounts {
  /** Records by class, in the order of callClasses. */
  readonly byClass: Uint32Array;
  /** Placed records of windows that had an owner. */
  doubleOwners: number;
  /** Release records of windows that somebody had taken over. */
  clobbers: number;
  canaries: number;
  /** Cleanups and releases that the kernel refused. */
  failedUnmaps: number;
  /** Failed attempts by errno. */
  readonly errnos: Map<number, number>;
}

const LOST = callClasses.indexOf("lost");
const REJECTED = callClasses.indexOf("rejected");
const MISPLACED = callClasses.indexOf("misplaced");
const FAILED = callClasses.indexOf("failed");
const RELEASE = callClasses.indexOf("release");

/** Reads a log without keeping its latencies. */
export function countRecords(batch: Batch): RecordCounts {
  const byClass = new Uint32Array(callClasses.length);
  const counts: RecordCounts = {
    byClass,
    doubleOwners: 0,
    clobbers: 0,
    canaries: 0,
    failedUnmaps: 0,
    errnos: new Map(),
  };
  const { log, records } = batch;
  for (let at = 1; at < records * 2; at += 2) {
    const word = log[at] as number;
    const kind = word & 0x3f;
    byClass[kind] = (byClass[kind] as number) + 1;
    // Almost every record is a class, or a class and EEXIST.
    if (word > 0x3f && kind !== REJECTED) countOddRecord(counts, word, kind);
  }
  return counts;
}

/** System calls of a block: every record is one, but for those of whole lost attempts. */
export function callsOf({ byClass }: RecordCounts): number {
  return byClass.reduce((sum, count) => sum + count, 0) - (byClass[LOST] as number);
}

/**
 * Misplaced attempts, from number `cursor` on, whose window is among the refused: their order in
 * the log is that of the batch.
 */
export function countRefused(batch: Batch, cursor: bigint, refused: readonly number[]): number {
  if (refused.length === 0) return 0;
  const { log, order, records } = batch;
  const windows = new Set(refused);
  let attempt = Number(cursor);
  let count = 0;
  for (let at = 1; at < records * 2; at += 2) {
    const kind = (log[at] as number) & 0x3f;
    if (kind > FAILED) continue;
    const window = (order[attempt & (order.length - 1)] as number) & 0xffff;
    if (kind === MISPLACED && windows.has(window)) count++;
    attempt++;
  }
  return count;
}

/** The last `count` records in words: "placed, claim broken, 1234 ticks". */
export function describeLast({ log, records }: Batch, count: number): string[] {
  const last: string[] = [];
  for (let at = Math.max(0, records - count) * 2; at < records * 2; at += 2) {
    const word = log[at + 1] as number;
    const flags = [
      (word & claimBroken) !== 0 ? "claim broken" : "",
      (word & canaryBroken) !== 0 ? "canary broken" : "",
      errnoOf(word) > 0 ? `errno ${errnoOf(word)}` : "",
    ];
    last.push(
      [classOf(word), ...flags.filter((flag) => flag !== ""), `${log[at]} ticks`].join(", "),
    );
  }
  return last;
}

function countOddRecord(counts: RecordCounts, word: number, kind: number): void {
  if ((word & claimBroken) !== 0) counts[kind === RELEASE ? "clobbers" : "doubleOwners"]++;
  if ((word & canaryBroken) !== 0) counts.canaries++;
  const errno = errnoOf(word);
  if (errno === 0) return;
  if (kind === FAILED) counts.errnos.set(errno, (counts.errnos.get(errno) ?? 0) + 1);
  else counts.failedUnmaps++;
}

/** Latencies of one strategy in one trial, by class. */
export class Tally {
  readonly #tables = callClasses.map(() => new TickTable());

  /** Adds every record of the log. */
  add(batch: Batch): void {
    const { log, records } = batch;
    for (let at = 0; at < records * 2; at += 2) {
      const kind = (log[at + 1] as number) & 0x3f;
      (this.#tables[kind] as TickTable).add(log[at] as number);
    }
  }

  /**
   * Counts by class, in the order of callClasses. `lost` holds whole lost attempts: rejected ones,
   * too, where some were misplaced; without misplacements it is empty, for it would only repeat
   * `rejected`.
   */
  counts(): TickCounts[] {
    const byClass = this.#tables.map((table) => table.counts());
    const lost = byClass[LOST] as TickCounts;
    if (lost.ticks.length > 0) byClass[LOST] = joinCounts(lost, byClass[REJECTED] as TickCounts);
    return byClass;
  }
}
