/**
 * Facts about a process at its limits, where the two ways of asking disagree on what is wrong.
 * A limit stands for the time of one call, because it holds for the whole process.
 */

import { InvariantError } from "../errors.ts";
import { errnoName } from "../sys/constants.ts";
import { readFact } from "../sys/host.ts";
import { addressSpaceLimit, limitAddressSpace } from "../sys/libc.ts";
import { pages } from "./declare.ts";
import type { Conditions, Fact, Place, Pressure } from "./fact.ts";
import { fillMapCount } from "./fill.ts";
import type { Ground } from "./ground.ts";

/** More than what is left of RLIMIT_AS, so that only this window is too large for it. */
const windowBytes = 2 ** 30;
/** What is left of it for the rest of the process. */
const headroomBytes = 2 ** 29;
/** Filling more takes too long. */
const mostMappings = 200_000;

const large: Place = ({ start }) => ({ at: start, bytes: windowBytes });

export const limitFacts: readonly Fact[] = [
  {
    kind: "window",
    row: "20",
    title: "taken, RLIMIT_AS nearly used",
    occupants: [{ at: large, kind: "writable" }],
    window: large,
    needs: "limits",
    pressure: nearAddressSpaceLimit,
    expected: { hint: "ENOMEM", noreplace: "EEXIST" },
  },
  {
    kind: "window",
    row: "21",
    title: "taken, at vm.max_map_count",
    occupants: [{ at: pages(0, 4), kind: "writable" }],
    window: pages(0, 4),
    needs: "limits",
    skip: whyNotFilled,
    pressure: fillMapCount,
    expected: { hint: "ENOMEM", noreplace: "ENOMEM" },
  },
];

function nearAddressSpaceLimit(ground: Ground): Pressure {
  const before = addressSpaceLimit();
  // The first number of statm is the size of the address space in pages (proc(5)).
  const usedPages = Number.parseInt(readFact("/proc/self/statm"), 10);
  if (Number.isNaN(usedPages)) return { state: "off", reason: "/proc/self/statm is hidden" };
  const soft = BigInt(usedPages * ground.pageBytes + headroomBytes);
  if (soft > before.soft) return { state: "off", reason: "RLIMIT_AS is nearly used as it is" };
  const result = limitAddressSpace({ ...before, soft });
  if (result !== 0) {
    return { state: "off", reason: `RLIMIT_AS cannot be lowered: ${errnoName(-result)}` };
  }
  return { state: "on", release: () => restore(before) };
}

function restore(limit: Parameters<typeof limitAddressSpace>[0]): void {
  const result = limitAddressSpace(limit);
  if (result !== 0) {
    throw new InvariantError(`Cannot raise RLIMIT_AS again: ${errnoName(-result)}`);
  }
}

function whyNotFilled({ maxMapCount }: Conditions): string | undefined {
  if (maxMapCount === undefined) return "vm.max_map_count cannot be read";
  if (maxMapCount <= mostMappings) return undefined;
  return `vm.max_map_count is ${maxMapCount}: filling more than ${mostMappings} takes too long`;
}
