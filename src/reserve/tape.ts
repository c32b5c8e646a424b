/**
 * What one actor saw of one way: counts, and how long each class of calls took. Nothing is judged
 * here.
 */

import { TickTable } from "../measure/tick-table.ts";
import { type PathClass, pathClasses } from "../model.ts";
import type { TickCounts } from "../results/histogram.ts";
import type { PathCounts } from "../results/path-schema.ts";

export type CountName = keyof PathCounts;

export const countNames = [
  ...["reservations", "givenUp", "searches", "attempts", "placed", "rejected", "misplaced"],
  ...["kept", "failed", "stale", "fresh", "cleanups", "releases", "commits", "frees"],
  ...["wastedBytes", "reservedBytes"],
] as readonly CountName[];

export interface TapeReport {
  readonly counts: PathCounts;
  readonly doubleOwners: number;
  readonly clobbers: number;
  /** Failed attempts by errno. */
  readonly errnos: ReadonlyMap<number, number>;
  /** Unmaps that the kernel refused: what they were for is still mapped. */
  readonly failedUnmaps: number;
  /** Calls inside an owner's own place that the kernel refused. */
  readonly refusedCarvings: number;
  /** In the order of pathClasses. */
  readonly latencies: readonly TickCounts[];
}

const noCalls: TickCounts = { ticks: new Uint32Array(), counts: new Uint32Array() };

export class Tape {
  readonly #tables: ReadonlyMap<PathClass, TickTable>;
  readonly counts = Object.fromEntries(countNames.map((name) => [name, 0])) as PathCounts;
  readonly errnos = new Map<number, number>();
  doubleOwners = 0;
  clobbers = 0;
  failedUnmaps = 0;
  refusedCarvings = 0;

  /** Without latencies it only counts, as for warm-ups and interlopers. */
  constructor(keepsLatencies: boolean) {
    const kept = keepsLatencies ? pathClasses : [];
    this.#tables = new Map(kept.map((name) => [name, new TickTable()]));
  }

  time(name: PathClass, ticks: number): void {
    this.#tables.get(name)?.add(ticks);
  }

  report(): TapeReport {
    const { counts, doubleOwners, clobbers, errnos, failedUnmaps, refusedCarvings } = this;
    const latencies = pathClasses.map((name) => this.#tables.get(name)?.counts() ?? noCalls);
    return { counts, doubleOwners, clobbers, errnos, failedUnmaps, refusedCarvings, latencies };
  }
}
