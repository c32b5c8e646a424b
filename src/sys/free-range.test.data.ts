/** Address space for tests that map at addresses of their own choice, far from V8 and malloc. */

import { strict as assert } from "node:assert";
import { type Address, address } from "../model.ts";
import { MAP_ANONYMOUS, MAP_PRIVATE } from "./constants.ts";
import { kernel } from "./libc.ts";

/** Half of a 47-bit address space, and what a 39-bit one has. */
const candidates = [2 ** 45, 2 ** 44, 2 ** 37].map((base) => base + 2 ** 21);

export const anonymous = MAP_PRIVATE | MAP_ANONYMOUS;

/** Where `bytes` bytes are free: a hint gets them. */
export function freeRange(bytes: number): Address {
  const found = candidates.find((start) => {
    const result = kernel.mmap(start, bytes, 0, anonymous);
    if (result > 0) kernel.munmap(result, bytes);
    return result === start;
  });
  assert.ok(found, `no candidate has ${bytes} free bytes`);
  return address(found);
}
