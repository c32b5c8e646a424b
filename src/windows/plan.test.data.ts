/** Address spaces and requests to plan arenas in, for tests. */

import { address, type Mapping } from "../model.ts";
import type { ArenaRequest } from "./plan.ts";

export const pageBytes = 4096;
export const mapping = (start: number, end: number, name = ""): Mapping => ({
  start: address(start),
  end: address(end),
  perms: "rw-p",
  name,
});

/** What every process has: a program, a stack, and the vsyscall page in the kernel's half. */
export const stack = mapping(0x7ffc_0000_0000, 0x7ffc_0002_1000, "[stack]");
export const process64 = [
  mapping(0x5555_5555_4000, 0x5555_5560_0000, "/usr/bin/node"),
  stack,
  mapping(0xffffffffff600000, 0xffffffffff601000, "[vsyscall]"),
];
export const four: ArenaRequest = {
  windows: 4,
  windowBytes: 2 ** 20,
  pageBytes,
  anchored: true,
  at: undefined,
};
