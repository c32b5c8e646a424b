/**
 * What advise was asked for, complete and possible: fills in what was left out from this machine,
 * and refuses what cannot be had.
 */

import os from "node:os";
import { UsageError } from "../src/errors.ts";
import { address, formatAddress } from "../src/model.ts";
import { anyPageBytes } from "../src/profiles/sizes.ts";
import { rangesPerActor } from "../src/reserve/live-ranges.ts";
import type { AdviceRequest } from "../src/results/advice-schema.ts";
import { readFact } from "../src/sys/host.ts";
import { addressSpaceLimit, allowedCpus, pageBytes } from "../src/sys/libc.ts";
import { isFrom, parseVersion } from "../src/sys/version.ts";
import { formatBytes } from "../src/units.ts";
import {
  countPlaces,
  measuredPlaces,
  type Places,
  roundUp,
  stepFor,
  userSpace,
} from "./advise-ground.ts";

/** As they were typed. */
export interface AdviseFlags {
  readonly size: number;
  readonly align?: number | undefined;
  readonly range?: { readonly low: number; readonly high: number } | undefined;
  readonly threads?: number | undefined;
  readonly hold: number;
  readonly minKernel?: string | undefined;
  readonly prot: "none" | "rw";
  readonly vmas: number;
}

/** Threads that can be measured. */
export const mostThreads = 64;
/** Reservations that a thread can keep: as many as the harness can watch, but for the one more. */
export const mostHold = rangesPerActor - 1;
/** A program gives up at some time; no source shows where. */
const tries = 1000;
/** Below, a hint is moved up whatever vm.mmap_min_addr says. */
const lowestHint = 2 ** 16;
/** Mappings that a process with Node has of its own. */
const ownMappings = 2000;

/** @throws UsageError where options contradict each other or this machine */
export function completeRequest(flags: AdviseFlags): AdviceRequest {
  const page = pageBytes();
  const { size: bytes, align: alignBytes = page, hold, prot } = flags;
  refuseOddSizes(bytes, alignBytes, page);
  const range = flags.range ?? wholeRange(alignBytes, page);
  refuseOddRange(range, page);
  const threads = flags.threads ?? Math.min(mostThreads, allowedCpus().length);
  const needed = threads * (hold + 1);
  const anywhere = flags.range === undefined;
  const asked = { ...range, bytes, alignBytes };
  const places = measuredPlaces({ ...asked, anywhere });
  const count = countPlaces(places);
  if (count < needed) {
    const who = `${threads} threads that keep ${hold} and make one more need ${needed}`;
    throw new UsageError(
      `${roomWords(asked, places, anywhere)}, and ${who}. ${anywhere ? "Ask" : wider} for a ` +
        "smaller --size, fewer --threads or less --hold.",
    );
  }
  refuseTooManyMappings(needed, flags.vmas);
  refuseTooManyBytes(needed, places.bytes, addressSpaceLimit().soft);
  return {
    ...{ bytes, alignBytes, anywhere, threads, hold, prot, tries },
    // Anywhere, too, what is advised is what was measured: its lowest place is not page 16.
    low: formatAddress(address(places.low)),
    high: formatAddress(address(places.high)),
    minKernel: minKernelFor(flags.minKernel),
    stepBytes: stepFor(places),
  };
}

const wider = "Widen --range, or ask";

/** How many places there are; says so where the harness's own pieces are larger than asked for. */
function roomWords(asked: Places, places: Places, anywhere: boolean): string {
  const count = countPlaces(places);
  const sizeOf = ({ bytes, alignBytes }: Places) =>
    `${formatBytes(bytes)} at multiples of ${formatBytes(alignBytes)}`;
  if (anywhere) {
    return (
      `Without --range noclobber measures in ${rangeWords(places)}, where nobody else maps; ` +
      `that has room for ${count} places of ${sizeOf(places)}`
    );
  }
  const room = (of: Places) =>
    `--range ${rangeWords(of)} has room for ${countPlaces(of)} places of ${sizeOf(of)}`;
  const isLarger = places.bytes !== asked.bytes || places.alignBytes !== asked.alignBytes;
  if (!isLarger) return room(places);
  return (
    `${room(asked)}, but noclobber tells owners apart by pieces of ${formatBytes(anyPageBytes)}: ` +
    `it can measure ${count} places of ${sizeOf(places)} there`
  );
}

/** @throws UsageError where RLIMIT_AS cannot hold what is to be reserved at once */
export function refuseTooManyBytes(reservations: number, bytes: number, limit: bigint): void {
  const own = Number(readFact("/proc/self/statm").split(" ")[0]) * pageBytes();
  const needed = reservations * bytes + (Number.isNaN(own) ? 0 : own);
  if (BigInt(needed) <= limit) return;
  throw new UsageError(
    `${reservations} reservations of ${formatBytes(bytes)} at once need more than RLIMIT_AS ` +
      `leaves: ${limit} bytes for the whole address space. Raise it with ulimit -v, or ask for a ` +
      "smaller --size, fewer --threads or less --hold.",
  );
}

function refuseOddSizes(bytes: number, alignBytes: number, page: number): void {
  const isPower = Math.log2(alignBytes) % 1 === 0;
  if (bytes % page !== 0) {
    const pages = formatBytes(roundUp(bytes, page));
    throw new UsageError(
      `--size ${bytes} is not a multiple of the page of ${page} bytes. Ask for ${pages}.`,
    );
  }
  if (!isPower || alignBytes < page) {
    throw new UsageError(
      `--align ${alignBytes} is not a power of two from the page of ${page} bytes up. Ask for ` +
        `${formatBytes(Math.max(page, 2 ** Math.ceil(Math.log2(alignBytes))))}.`,
    );
  }
}

function refuseOddRange(range: { low: number; high: number }, page: number): void {
  const { low, high } = range;
  const words = `--range ${rangeWords(range)}`;
  const end = userEnd(page);
  const least = lowestAddress();
  if (low === high) throw new UsageError(`${words} is empty. Name an end above its beginning.`);
  if (low > high) {
    const turned = rangeWords({ low: high, high: low });
    throw new UsageError(`${words} ends below its beginning. Turn it round: ${turned}.`);
  }
  if (low % page !== 0 || high % page !== 0) {
    throw new UsageError(
      `${words} does not begin and end at a multiple of the page of ${page} bytes. Round both.`,
    );
  }
  if (high > end) {
    throw new UsageError(
      `${words} is beyond user space, which ends at ${formatAddress(address(end))} for ` +
        "noclobber. Name a lower end.",
    );
  }
  if (low < least) {
    throw new UsageError(
      `${words} begins below vm.mmap_min_addr, ${formatAddress(address(least))}, where nothing ` +
        "can be mapped without privileges. Name a higher beginning.",
    );
  }
}

function wholeRange(alignBytes: number, page: number) {
  const low = Math.max(lowestHint, lowestAddress());
  return { low: roundUp(low, alignBytes), high: userEnd(page) };
}

/** The last page of user space is nobody's on x86-64. */
function userEnd(page: number): number {
  return userSpace() - page;
}

function lowestAddress(): number {
  const least = Number(readFact("/proc/sys/vm/mmap_min_addr"));
  return Number.isNaN(least) ? lowestHint : least;
}

function refuseTooManyMappings(reservations: number, vmas: number): void {
  const limit = Number(readFact("/proc/sys/vm/max_map_count"));
  const needed = reservations + vmas + ownMappings;
  if (!(needed > limit)) return;
  throw new UsageError(
    `${reservations} reservations at once and ${vmas} other mappings need about ${needed} ` +
      `mappings, but vm.max_map_count is ${limit}. Ask for fewer --threads, --hold or --vmas, or ` +
      `raise it with sysctl vm.max_map_count=${2 ** Math.ceil(Math.log2(needed))}.`,
  );
}

/** @throws UsageError where this kernel is older, so that nothing can be learned from it */
function minKernelFor(asked: string | undefined): string {
  const release = os.release();
  const own = parseVersion(release);
  if (asked === undefined) return own ? `${own.major}.${own.minor}` : "0.0";
  const wanted = parseVersion(asked);
  if (own && wanted && !isFrom(own, wanted.major, wanted.minor)) {
    throw new UsageError(
      `--min-kernel ${asked} is above this kernel, ${release}: what is measured here says ` +
        "nothing about newer ones. Measure on such a kernel, or name an older one.",
    );
  }
  return asked;
}

function rangeWords({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${formatAddress(address(low))}-${formatAddress(address(high))}`;
}
