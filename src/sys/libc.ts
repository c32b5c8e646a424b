/**
 * The only door to koffi: the C library's calls that noclobber makes, and native memory seen from
 * JavaScript. Calls answer like the raw system call: a result of 0 and up, or -errno.
 */

import koffi from "koffi";
import { type Address, address } from "../model.ts";

const libc = koffi.load(null);

const cMmap = libc.func(
  "intptr_t mmap(uintptr_t at, size_t bytes, int prot, int flags, int fd, intptr_t offset)",
);
const cMunmap = libc.func("int munmap(uintptr_t at, size_t bytes)");
const cMprotect = libc.func("int mprotect(uintptr_t at, size_t bytes, int prot)");
const cGetrusage = libc.func("int getrusage(int who, void *usage)");
const cSetaffinity = libc.func("int sched_setaffinity(int pid, size_t bytes, const void *mask)");
const cGetaffinity = libc.func("int sched_getaffinity(int pid, size_t bytes, void *mask)");
const cGetppid = libc.func("int getppid(void)");
const cGetpagesize = libc.func("int getpagesize(void)");
const cLoad = libc.func("void *memcpy(void *to, uintptr_t from, size_t bytes)");
const cStore = libc.func("void *memcpy(uintptr_t to, const void *from, size_t bytes)");

const RUSAGE_THREAD = 1;
const affinityBytes = 1024;

/** The system calls that a race is made of; a fake kernel in tests has the same shape. */
export interface Kernel {
  /** Returns the address, or -errno. The mapping is anonymous: no file descriptor. */
  mmap(at: number, bytes: number, prot: number, flags: number): number;
  /** Returns 0, or -errno. */
  munmap(at: number, bytes: number): number;
}

/** The running kernel, through the C library. */
export const kernel: Kernel = {
  mmap: (at, bytes, prot, flags) => {
    const result: number = cMmap(at, bytes, prot, flags, -1, 0);
    // errno is the C library's and lives until the next call of anything: read it at once.
    return result === -1 ? -koffi.errno() : result;
  },
  munmap: (at, bytes) => (cMunmap(at, bytes) === 0 ? 0 : -koffi.errno()),
};

/** Changes a mapping's protection. Returns 0, or -errno. */
export function mprotect(at: Address, bytes: number, prot: number): number {
  return cMprotect(at, bytes, prot) === 0 ? 0 : -koffi.errno();
}

/** A call of the C library that enters the kernel and does next to nothing there. */
export function getppid(): number {
  return cGetppid();
}

/** Bytes of a page. */
export function pageBytes(): number {
  return cGetpagesize();
}

/** Where a view's memory begins. Valid while the buffer lives: large buffers do not move. */
export function addressOf(memory: ArrayBufferView): bigint {
  return koffi.address(memory);
}

/** Copies `bytes` bytes of native memory, which must be mapped and readable, into a new array. */
export function readMemory(from: Address, bytes: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  cLoad(copy, from, bytes);
  return copy;
}

/** Copies an array's bytes to native memory, which must be mapped and writable. */
export function writeMemory(to: Address, from: ArrayBufferView): void {
  cStore(to, from, from.byteLength);
}

/** Native memory as an array; writing needs a writable mapping. */
export function viewMemory(at: Address, bytes: number): Uint8Array {
  return new Uint8Array(koffi.view(BigInt(at), bytes));
}

/** A C function at an address, callable; `signature` as koffi writes it, without a name. */
export function functionAt<F extends (...args: never[]) => unknown>(
  at: Address,
  result: string,
  parameters: readonly string[],
): F {
  return koffi.decode(BigInt(at), koffi.proto(result, [...parameters])) as F;
}

/** What the calling thread used so far; from getrusage(RUSAGE_THREAD), Linux 2.6.26. */
export interface ThreadUsage {
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
}

const usage = new BigInt64Array(18);

/** Reads the calling thread's usage. */
export function threadUsage(): ThreadUsage {
  if (cGetrusage(RUSAGE_THREAD, usage) !== 0) {
    throw new Error(`Cannot read the thread's usage: errno ${koffi.errno()}`);
  }
  // struct rusage: two timevals, then ru_maxrss, ixrss, idrss, isrss, minflt, majflt, ...
  return {
    minorFaults: Number(usage[8]),
    majorFaults: Number(usage[9]),
    voluntarySwitches: Number(usage[16]),
    involuntarySwitches: Number(usage[17]),
  };
}

/** CPUs that the calling thread may run on, ascending. */
export function allowedCpus(): number[] {
  const mask = new Uint8Array(affinityBytes);
  if (cGetaffinity(0, mask.byteLength, mask) !== 0) {
    throw new Error(`Cannot read the allowed CPUs: errno ${koffi.errno()}`);
  }
  const cpus: number[] = [];
  for (let cpu = 0; cpu < mask.length * 8; cpu++) {
    if (((mask[cpu >> 3] as number) >> (cpu & 7)) & 1) cpus.push(cpu);
  }
  return cpus;
}

/** Keeps the calling thread on one CPU. Returns 0, or -errno (a container may forbid it). */
export function pinThread(cpu: number): number {
  const mask = new Uint8Array(affinityBytes);
  mask[cpu >> 3] = 1 << (cpu & 7);
  return cSetaffinity(0, mask.byteLength, mask) === 0 ? 0 : -koffi.errno();
}

/** Maps memory that must succeed, for the harness's own use. @throws Error with the errno */
export function mapOwn(bytes: number, prot: number, flags: number): Address {
  const result = kernel.mmap(0, bytes, prot, flags);
  if (result < 0) throw new Error(`Cannot map ${bytes} bytes: errno ${-result}`);
  return address(result);
}

/** Calls `int name(int argc, char **argv, const char *output)` of a shared library. */
export function callLibrary(
  library: string,
  name: string,
  words: readonly string[],
  output: string,
): number {
  const parameters = ["int", "const char **", "const char *"];
  return koffi.load(library).func(name, "int", parameters)(words.length, [...words], output);
}
