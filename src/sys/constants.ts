/**
 * Numbers of the Linux kernel's interface, from include/uapi; equal on x86-64 and arm64.
 */

export const PROT_NONE = 0;
export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const PROT_EXEC = 4;

export const MAP_SHARED = 0x01;
export const MAP_PRIVATE = 0x02;
/** Linux 4.15 and later: MAP_SHARED that refuses flags which it does not know. */
export const MAP_SHARED_VALIDATE = 0x03;
export const MAP_FIXED = 0x10;
export const MAP_ANONYMOUS = 0x20;
/** A stack: grows downwards, and keeps its distance from what lies below. */
export const MAP_GROWSDOWN = 0x100;
export const MAP_NORESERVE = 0x4000;
/** Linux 4.17 and later; older kernels take it for an unknown bit and ignore it. */
export const MAP_FIXED_NOREPLACE = 0x100000;

/** How a reservation is mapped: address space that costs no memory until it is touched. */
export const MAP_RESERVATION = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

/** openat: a relative path begins at the working directory. */
export const AT_FDCWD = -100;
export const O_RDONLY = 0;
export const O_CLOEXEC = 0x80000;

export const EPERM = 1;
export const ENOENT = 2;
export const ENOMEM = 12;
export const EEXIST = 17;
export const EINVAL = 22;
export const EOPNOTSUPP = 95;

/** Names of the errnos that mmap and munmap can return, from mmap(2) and errno(3). */
const errnoNames: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  17: "EEXIST",
  19: "ENODEV",
  22: "EINVAL",
  23: "ENFILE",
  26: "ETXTBSY",
  38: "ENOSYS",
  75: "EOVERFLOW",
  95: "EOPNOTSUPP",
};

/** 17 to "EEXIST"; an errno without a name here is written as its number. */
export function errnoName(errno: number): string {
  return errnoNames[errno] ?? `errno ${errno}`;
}

/** Adds several counts by errno up, by the errnos' names. */
export function errnosByName(
  counts: readonly ReadonlyMap<number, number>[],
): Record<string, number> {
  const byName: Record<string, number> = {};
  for (const [errno, count] of counts.flatMap((each) => [...each])) {
    const name = errnoName(errno);
    byName[name] = (byName[name] ?? 0) + count;
  }
  return byName;
}
