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
const cGetrlimit = libc.func("int getrlimit(int resource, void *limit)");
const cSetrlimit = libc.func("int setrlimit(int resource, const void *limit)");
const cIoctl = libc.func("int ioctl(int fd, unsigned long request, void *argument)");
const cMincore = libc.func("int mincore(uintptr_t at, size_t bytes, void *pages)");
const cMsync = libc.func("int msync(uintptr_t at, size_t bytes, int flags)");
const cReadv = libc.func(
  "intptr_t process_vm_readv(int pid, const void *to, unsigned long toCount, " +
    "const void *from, unsigned long fromCount, unsigned long flags)",
);
const cWritev = libc.func(
  "intptr_t process_vm_writev(int pid, const void *from, unsigned long fromCount, " +
    "const void *to, unsigned long toCount, unsigned long flags)",
);
const cSyscall = libc.func(
  "long syscall(long number, intptr_t a, intptr_t b, intptr_t c, " +
    "intptr_t d, intptr_t e, intptr_t f)",
);
const cGetppid = libc.func("int getppid(void)");
const cGetpagesize = libc.func("int getpagesize(void)");
const cLoad = libc.func("void *memcpy(void *to, uintptr_t from, size_t bytes)");
const cStore = libc.func("void *memcpy(uintptr_t to, const void *from, size_t bytes)");

const RUSAGE_THREAD = 1;
const RLIMIT_AS = 9;
const MS_ASYNC = 1;
const affinityBytes = 1024;

/** The system calls that a race is made of; a fake kernel in tests has the same shape. */
export interface Kernel {
  /** Returns the address, or -errno. Anonymous mappings have no descriptor: -1, the default. */
  mmap(at: number, bytes: number, prot: number, flags: number, descriptor?: number): number;
  /** Returns 0, or -errno. */
  munmap(at: number, bytes: number): number;
}

/** The running kernel, through the C library. */
export const kernel: Kernel = {
  mmap: (at, bytes, prot, flags, descriptor = -1) => {
    const result: number = cMmap(at, bytes, prot, flags, descriptor, 0);
    // errno is the C library's and lives until the next call of anything: read it at once.
    return result === -1 ? -koffi.errno() : result;
  },
  munmap: (at, bytes) => (cMunmap(at, bytes) === 0 ? 0 : -koffi.errno()),
};

/** Changes a mapping's protection. Returns 0, or -errno. */
export function mprotect(at: Address, bytes: number, prot: number): number {
  return cMprotect(at, bytes, prot) === 0 ? 0 : -koffi.errno();
}

/** What a system call takes: a word, as a number where it is exact, negative ones sign-extended. */
export type Word = number | bigint;

/** Makes a system call by its number, with all six arguments. Returns 0 and up, or -errno. */
export function systemCall(
  number: number,
  a: Word,
  b: Word,
  c: Word,
  d: Word,
  e: Word,
  f: Word,
): number {
  const result: number = cSyscall(number, a, b, c, d, e, f);
  return result === -1 ? -koffi.errno() : result;
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

/** Where peek() and poke() keep their word; an array of this size never moves. */
const words = new Int32Array(1024);
const localVector = BigUint64Array.of(BigInt(koffi.address(words)), 4n);
const remoteVector = BigUint64Array.of(0n, 4n);

/**
 * A word of memory that somebody else may unmap at any moment: copied by the kernel, which answers
 * -errno (EFAULT) where memcpy would crash. From process_vm_readv(2), Linux 3.2.
 */
export function peek(at: Address): number {
  remoteVector[0] = BigInt(at);
  const copied: number = cReadv(process.pid, localVector, 1, remoteVector, 1, 0);
  return copied === -1 ? -koffi.errno() : (words[0] as number);
}

/** Writes a word as peek() reads one. Returns 0, or -errno where it is not mapped writable. */
export function poke(at: Address, word: number): number {
  remoteVector[0] = BigInt(at);
  words[0] = word;
  return cWritev(process.pid, localVector, 1, remoteVector, 1, 0) === -1 ? -koffi.errno() : 0;
}

/** Asks which pages of up to 4096 are in memory. Returns 0, or -ENOMEM where any is unmapped. */
export function mincore(at: Address, bytes: number): number {
  return cMincore(at, bytes, words) === 0 ? 0 : -koffi.errno();
}

/** Schedules a write-back, as MS_ASYNC. Returns 0, or -ENOMEM where any page is unmapped. */
export function msync(at: Address, bytes: number): number {
  return cMsync(at, bytes, MS_ASYNC) === 0 ? 0 : -koffi.errno();
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

/** Limits of RLIMIT_AS in bytes; all ones stands for no limit. From getrlimit(2). */
export interface AddressSpaceLimit {
  readonly soft: bigint;
  readonly hard: bigint;
}

/** What the address space of this process may come to. @throws Error with the errno */
export function addressSpaceLimit(): AddressSpaceLimit {
  const limit = new BigUint64Array(2);
  if (cGetrlimit(RLIMIT_AS, limit) !== 0) {
    throw new Error(`Cannot read RLIMIT_AS: errno ${koffi.errno()}`);
  }
  return { soft: limit[0] as bigint, hard: limit[1] as bigint };
}

/** Limits the address space of the whole process. Returns 0, or -errno. */
export function limitAddressSpace({ soft, hard }: AddressSpaceLimit): number {
  return cSetrlimit(RLIMIT_AS, BigUint64Array.of(soft, hard)) === 0 ? 0 : -koffi.errno();
}

/** Asks a driver; `argument` is read and written. Returns 0 and up, or -errno. */
export function ioctl(descriptor: number, request: number, argument: ArrayBufferView): number {
  const result: number = cIoctl(descriptor, request, argument);
  return result === -1 ? -koffi.errno() : result;
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
