/**
 * Places that are free, and that a hint may not get all the same, looked for at a profile's own
 * size and range while nobody races: what its authors would take for a race that they lost.
 *
 *     pmd-hole        [page A][  the hole: exactly the size  ][page B]    nothing else is free
 *     growsdown-gap   [  the place  ] 16 pages [stack-like mapping]        a hint keeps 256 away
 */

import { type Address, address, type Constraints } from "../model.ts";
import type { Bite } from "../results/path-schema.ts";
import { firstFit } from "../search/first-fit.ts";
import { RangeSet } from "../search/range-set.ts";
import {
  EEXIST,
  MAP_FIXED_NOREPLACE,
  MAP_GROWSDOWN,
  MAP_RESERVATION,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from "../sys/constants.ts";
import type { Kernel } from "../sys/libc.ts";
import { readMaps } from "../sys/maps.ts";

const gapPages = 16;

/** Every case that the range has room for. */
export function findBites(kernel: Kernel, constraints: Constraints, pageBytes: number): Bite[] {
  const { bytes, alignBytes } = constraints;
  // Room for the place, and for what is put around it.
  const around = Math.max(alignBytes, 2 * gapPages * pageBytes);
  const room = { ...constraints, bytes: bytes + 2 * around };
  const taken = new RangeSet();
  for (const { start, end } of readMaps()) taken.add(start, end);
  const start = firstFit(taken, room, constraints.low);
  if (start === undefined) return [];
  const place = { at: address(start + around), bytes };
  const page = { bytes: pageBytes, prot: PROT_READ | PROT_WRITE };
  return [
    withNeighbours(
      kernel,
      [
        { ...page, at: place.at - pageBytes, flags: 0 },
        { ...page, at: place.at + bytes, flags: 0 },
      ],
      () => ask(kernel, "pmd-hole", place),
    ),
    withNeighbours(
      kernel,
      [{ ...page, at: place.at + bytes + gapPages * pageBytes, flags: MAP_GROWSDOWN }],
      () => ask(kernel, "growsdown-gap", place),
    ),
  ].flatMap((bite) => bite ?? []);
}

interface Neighbour {
  readonly at: number;
  readonly bytes: number;
  readonly prot: number;
  readonly flags: number;
}

/** Looks while the neighbours stand; undefined where one cannot be put there, or nothing seen. */
function withNeighbours(
  kernel: Kernel,
  neighbours: readonly Neighbour[],
  look: () => Bite | undefined,
): Bite | undefined {
  const standing: Neighbour[] = [];
  try {
    for (const neighbour of neighbours) {
      const { at, bytes, prot, flags } = neighbour;
      const result = kernel.mmap(at, bytes, prot, MAP_RESERVATION | flags);
      if (result >= 0) standing.push({ ...neighbour, at: result });
      if (result !== at) return undefined;
    }
    return look();
  } finally {
    for (const { at, bytes } of standing) kernel.munmap(at, bytes);
  }
}

/** Undefined where a hint has no answer at all, as at a limit of the process. */
function ask(
  kernel: Kernel,
  which: Bite["case"],
  { at, bytes }: { readonly at: Address; readonly bytes: number },
): Bite | undefined {
  const once = (flags: number): number => {
    const result = kernel.mmap(at, bytes, PROT_NONE, MAP_RESERVATION | flags);
    if (result >= 0) kernel.munmap(result, bytes);
    return result;
  };
  const noreplace = once(MAP_FIXED_NOREPLACE);
  const hint = once(0);
  if (hint < 0) return undefined;
  return {
    case: which,
    hint: hint === at ? "placed" : "refused",
    noreplace: noreplace === at ? "placed" : noreplace === -EEXIST ? "rejected" : "failed",
  };
}
