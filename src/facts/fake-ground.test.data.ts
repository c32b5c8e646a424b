/** Facts' ground on a fake kernel: memory that forgets what is replaced or unmapped. */

import { ENOMEM } from "../sys/constants.ts";
import { FakeKernel, type FakeOptions, pageBytes } from "../sys/fake-kernel.test.data.ts";
import type { FlagVerdict } from "../sys/flag-verdict.ts";
import type { Conditions } from "./fact.ts";
import type { Ground } from "./ground.ts";

export interface FakeGround extends Ground {
  readonly fake: FakeKernel;
}

/** A ground without files, stacks and limits. */
export function fakeGround(options: FakeOptions): FakeGround {
  const fake = new FakeKernel(options);
  const memory = new Map<number, Uint8Array>();
  const forget = (at: number, bytes: number): void => {
    for (let page = at; page < at + bytes; page += pageBytes) memory.delete(page);
  };
  return {
    fake,
    kernel: {
      mmap: (at, bytes, prot, flags) => {
        const result = fake.mmap(at, bytes, prot, flags);
        if (result >= 0) forget(result, bytes);
        return result;
      },
      munmap: (at, bytes) => {
        const result = fake.munmap(at, bytes);
        if (result === 0) forget(at, bytes);
        return result;
      },
    },
    pageBytes,
    hugeBytes: 2 ** 21,
    start: 2 ** 40,
    end: 2 ** 40 + 2 ** 32,
    offers: new Set(),
    file: -1,
    fileBytes: new Uint8Array(),
    mappings: (from, to) =>
      fake.mappings
        .filter(({ start, end }) => start < to && end > from)
        .map(({ start, end }) => ({ start, end }) as ReturnType<Ground["mappings"]>[number]),
    protect: (at, bytes) => (fake.isFree(at, bytes) ? -ENOMEM : 0),
    read: (at, bytes) => memory.get(at)?.slice(0, bytes) ?? new Uint8Array(bytes),
    write: (at, content) => void memory.set(at, Uint8Array.from(content)),
  };
}

/** What an unprivileged process finds on a fake kernel that calls itself `version`. */
export function fakeConditions(flag: FlagVerdict, [major, minor]: [number, number]): Conditions {
  return {
    flag,
    version: { major, minor },
    pageBytes,
    mayMapLow: false,
    mmapMinAddr: 65_536,
    maxMapCount: 65_530,
  };
}
