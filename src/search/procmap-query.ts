/**
 * The search that asks the kernel for one mapping at a time, from the range's low end upwards: what
 * lies below is never looked at, and no text is printed.
 */

import type { TimedCalls } from "../probe/timed-calls.ts";
import { ENOENT, errnoName } from "../sys/constants.ts";
import { addressOf } from "../sys/libc.ts";
import { canQueryMappings, coveringOrNextQuery, PROCMAP_QUERY } from "../sys/procmap-query.ts";
import { firstFit, type Ranges } from "./first-fit.ts";
import { MapsFile, openMaps } from "./maps-file.ts";
import { MapsLines, stackGuardPages } from "./maps-lines.ts";
import type { Search, SearchTools } from "./search.ts";

export const procmapQuery: Search = {
  id: "procmap-query",
  summary: "asks the kernel for mapping after mapping with PROCMAP_QUERY (Linux 6.11 and later)",
  unavailable: () =>
    canQueryMappings() ? undefined : "this kernel has no PROCMAP_QUERY (Linux 6.11 and later)",
  open: (tools) => {
    const ranges = new QueriedRanges(tools);
    return {
      find: (constraints, from) => firstFit(ranges, constraints, from),
      learn() {},
      close: () => ranges.close(),
    };
  },
};

const wordValues = 2 ** 32;

class QueriedRanges implements Ranges {
  start = 0;
  end = 0;
  readonly #calls: TimedCalls;
  readonly #descriptor: number;
  /** The structure in halves of its words, the lower first: numbers, and nothing to allocate. */
  readonly #halves: Uint32Array;
  readonly #at: number;
  /** Only the text names the stack; it grows downwards and keeps its top. */
  readonly #stackTop: number;
  readonly #guardBytes: number;

  constructor({ calls, pageBytes }: SearchTools) {
    this.#calls = calls;
    this.#stackTop = stackTopOf(calls, pageBytes);
    this.#guardBytes = stackGuardPages * pageBytes;
    const query = coveringOrNextQuery();
    this.#halves = new Uint32Array(query.buffer);
    this.#at = Number(addressOf(query));
    this.#descriptor = openMaps(calls);
  }

  seek(at: number): boolean {
    const halves = this.#halves;
    // query_addr is the third word of the structure, vma_start the fourth, vma_end the fifth.
    halves[4] = at % wordValues;
    halves[5] = at / wordValues;
    const result = this.#calls.call("ioctl", this.#descriptor, PROCMAP_QUERY, this.#at);
    if (result === -ENOENT) return false;
    if (result < 0) throw new Error(`Cannot query a mapping: ${errnoName(-result)}`);
    this.start = (halves[7] as number) * wordValues + (halves[6] as number);
    this.end = (halves[9] as number) * wordValues + (halves[8] as number);
    if (this.end === this.#stackTop) this.start -= this.#guardBytes;
    return true;
  }

  close(): void {
    this.#calls.call("close", this.#descriptor);
  }
}

/** Where the main thread's stack ends; 0 where no line has its name. */
function stackTopOf(calls: TimedCalls, pageBytes: number): number {
  const lines = new MapsLines(pageBytes);
  lines.begin(new MapsFile(calls).read());
  while (lines.seek(lines.end)) if (lines.isStack) return lines.end;
  return 0;
}
