/**
 * PROCMAP_QUERY, an ioctl on /proc/self/maps that looks up one mapping and prints no text: Linux
 * 6.11, struct procmap_query in include/uapi/linux/fs.h.
 */

import { openSync } from "node:fs";
import { type Address, address } from "../model.ts";
import { ENOENT, errnoName } from "./constants.ts";
import { ioctl } from "./libc.ts";

export const PROCMAP_QUERY = 0xc0686611;
const PROCMAP_QUERY_COVERING_OR_NEXT_VMA = 0x10;
const queryBytes = 104;

const query = coveringOrNextQuery();
let descriptor: number | undefined;

export interface Range {
  readonly start: Address;
  readonly end: Address;
}

/**
 * The mapping of this process that covers an address, or else the next one above; undefined where
 * there is none. @throws Error where the kernel does not know the request
 */
export function queryMapping(at: Address): Range | undefined {
  const result = ask(at);
  if (result === -ENOENT) return undefined;
  if (result < 0) throw new Error(`Cannot query a mapping: ${errnoName(-result)}`);
  return { start: address(Number(query[3])), end: address(Number(query[4])) };
}

/** Whether the running kernel knows the request. */
export function canQueryMappings(): boolean {
  try {
    return ask(address(0)) >= 0;
  } catch {
    return false;
  }
}

/**
 * The structure in 64-bit words: size, query_flags, query_addr, vma_start, vma_end, ... The kernel
 * leaves the first three as they are.
 */
export function coveringOrNextQuery(): BigUint64Array<ArrayBuffer> {
  const words = new BigUint64Array(queryBytes / 8);
  words[0] = BigInt(queryBytes);
  words[1] = BigInt(PROCMAP_QUERY_COVERING_OR_NEXT_VMA);
  return words;
}

function ask(at: Address): number {
  descriptor ??= openSync("/proc/self/maps", "r");
  query[2] = BigInt(at);
  return ioctl(descriptor, PROCMAP_QUERY, query);
}
