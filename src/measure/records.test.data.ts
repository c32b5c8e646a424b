/** Logs made of chosen records, without a probe, for tests of what reads them. */

import { address, type CallClass, callClasses } from "../model.ts";
import { Batch } from "../probe/batch.ts";
import type { TickCounts } from "../results/histogram.ts";
import { countRecords, type RecordCounts } from "./tally.ts";

export interface LogRecord {
  readonly kind: CallClass;
  readonly ticks?: number;
  /** claimBroken, canaryBroken. */
  readonly flags?: number;
  readonly errno?: number;
}

/** A batch whose log holds these records, of attempts for the windows of `order` in turn. */
export function batchOf(records: readonly LogRecord[], order = Uint32Array.of(0)): Batch {
  const batch = new Batch(
    {
      windows: [{ start: address(0), bytes: 4096, firstClaim: 0, claims: 0 }],
      order,
      claims: new Uint32Array(0),
      actor: 1,
      prot: 0,
      touchBytes: 0,
      pageBytes: 4096,
      hold: 0,
    },
    () => 0n,
  );
  batch.prepare({ flags: 0, addressed: false, deadlineTicks: 0n });
  records.forEach(({ kind, ticks = 1, flags = 0, errno = 0 }, index) => {
    batch.log[2 * index] = ticks;
    batch.log[2 * index + 1] = callClasses.indexOf(kind) | flags | (errno << 16);
  });
  batch.set("LOG_END", BigInt(records.length * 8));
  return batch;
}

/** Counts as of a log with so many records of each class. */
export function countsOf(
  numbers: Partial<Record<CallClass, number>>,
  others: Partial<RecordCounts> = {},
): RecordCounts {
  const records = callClasses.flatMap((kind) =>
    Array.from({ length: numbers[kind] ?? 0 }, (): LogRecord => ({ kind })),
  );
  return { ...countRecords(batchOf(records)), ...others };
}

/** Tick counts as pairs, ascending, equal ticks in one. */
export function pairsOf({ ticks, counts }: TickCounts): [ticks: number, count: number][] {
  const sums = new Map<number, number>();
  ticks.forEach((value, index) => {
    sums.set(value, (sums.get(value) ?? 0) + (counts[index] as number));
  });
  return [...sums].sort(([a], [b]) => a - b);
}
