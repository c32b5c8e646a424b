/**
 * Numbers of the system calls of timed-calls.ts, from the kernel's asm/unistd.h. x86-64 has its
 * own table; arm64 and whatever came after it share include/uapi/asm-generic/unistd.h.
 */

import { UsageError } from "../errors.ts";
import type { SystemCall } from "./timed-calls.ts";

const x64: Readonly<Record<SystemCall, number>> = {
  mmap: 9,
  munmap: 11,
  mprotect: 10,
  madvise: 28,
  openat: 257,
  read: 0,
  close: 3,
  ioctl: 16,
};

const generic: Readonly<Record<SystemCall, number>> = {
  mmap: 222,
  munmap: 215,
  mprotect: 226,
  madvise: 233,
  openat: 56,
  read: 63,
  close: 57,
  ioctl: 29,
};

const tables: Readonly<Record<string, typeof generic>> = {
  x64,
  arm64: generic,
  loong64: generic,
  riscv64: generic,
};

/** The numbers of a CPU. @throws UsageError where there are none */
export function callNumbersOf(arch: string = process.arch): typeof generic {
  const table = tables[arch];
  if (table) return table;
  throw new UsageError(
    `Cannot make system calls on ${arch}: their numbers are known for ` +
      `${Object.keys(tables).join(", ")}.`,
  );
}
