/**
 * Brings the process to vm.max_map_count for the time of one call. Nothing may allocate there: the
 * last mappings are made in a straight line, when other threads had time to become idle.
 */

import { ENOMEM, errnoName, MAP_RESERVATION, PROT_NONE, PROT_READ } from "../sys/constants.ts";
import type { Conditions, Pressure } from "./fact.ts";
import type { Ground } from "./ground.ts";

/** Mappings left for compiler and collector threads while most of the filling is done. */
const slack = 512;
/** What these threads may take to finish what the loop gave them to do. */
const settleMs = 10;
/** Where the filling begins, from the ground's start. */
const offsetBytes = 2 ** 31;

/**
 * Splits one mapping into single pages by changing every second page's protection, then maps single
 * pages until the kernel has no more.
 */
export function fillMapCount(ground: Ground, { maxMapCount = 0 }: Conditions): Pressure {
  const { kernel, pageBytes, start } = ground;
  const at = start + offsetBytes;
  const bytes = maxMapCount * pageBytes;
  if (at + 2 * bytes > ground.end) return { state: "off", reason: "the stretch is too short" };
  const mappings = ground.mappings(0, Number.POSITIVE_INFINITY).length;
  const result = kernel.mmap(at, bytes, PROT_NONE, MAP_RESERVATION);
  if (result !== at) {
    if (result > 0) kernel.munmap(result, bytes);
    const found = result < 0 ? errnoName(-result) : "it landed elsewhere";
    return { state: "off", reason: `${maxMapCount} pages cannot be mapped: ${found}` };
  }
  const release = (): void => {
    kernel.munmap(at, 2 * bytes);
  };
  const splits = Math.floor((maxMapCount - mappings - slack) / 2);
  for (let split = 0; split < splits; split++) {
    if (ground.protect(at + (2 * split + 1) * pageBytes, pageBytes, PROT_READ) !== 0) break;
  }
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, settleMs);
  // Every second page beyond, so that none merge.
  for (let page = at + bytes + pageBytes; page < at + 2 * bytes; page += 2 * pageBytes) {
    const last = kernel.mmap(page, pageBytes, PROT_NONE, MAP_RESERVATION);
    if (last === -ENOMEM) return { state: "on", release };
    if (last !== page) break;
  }
  release();
  return { state: "off", reason: "vm.max_map_count could not be reached" };
}
