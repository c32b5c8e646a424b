/**
 * The ground that a request is measured on: as asked for, but where the harness could not tell
 * owners apart, or its own memory from theirs. What differs is said in the result.
 */

import { address } from "../src/model.ts";
import { type AdvisedGround, advisedProfile } from "../src/profiles/advised.ts";
import type { Profile } from "../src/profiles/profile.ts";
import { anyPageBytes } from "../src/profiles/sizes.ts";
import { arenaPieces } from "../src/reserve/path-memory.ts";
import type { AdviceRequest } from "../src/results/advice-schema.ts";
import { readMaps } from "../src/sys/maps.ts";
import { formatBytes } from "../src/units.ts";
import { userSpaceEnd } from "../src/windows/plan.ts";

/** Addresses that the harness can watch. */
const mostBits = 47;
/** Places in a wide range, so that a rule that steps leaves what is mapped behind it soon. */
const mostPlaces = 2 ** 16;

/** A range, and what lies in it side by side. */
export interface Places {
  readonly low: number;
  readonly high: number;
  readonly bytes: number;
  readonly alignBytes: number;
}

type Asked = Pick<AdviceRequest, "bytes" | "alignBytes" | "anywhere"> & {
  readonly low: number;
  readonly high: number;
};

/** Where user space ends, for the harness: a power of two. */
export function userSpace(): number {
  return Math.min(2 ** mostBits, userSpaceEnd(readMaps()));
}

/**
 * The places that are measured. Owners are watched in pieces of the largest page of any kernel. An
 * address that does not matter is looked for where nobody else maps: above what V8 takes at random,
 * below the program.
 */
export function measuredPlaces({ bytes, alignBytes, anywhere, low, high }: Asked): Places {
  const end = userSpace();
  const clear = { low: (end / 16) * 9, high: (end / 16) * 9 + end / 32 };
  return {
    ...(anywhere ? clear : { low, high }),
    bytes: roundUp(bytes, anyPageBytes),
    alignBytes: Math.max(alignBytes, anyPageBytes),
  };
}

/** How many places there are. */
export function countPlaces({ low, high, bytes, alignBytes }: Places): number {
  const first = roundUp(low, alignBytes);
  return Math.max(0, Math.floor((high - first - bytes) / roundUp(bytes, alignBytes)) + 1);
}

/** The distance of two places for rules that step. */
export function stepFor({ low, high, bytes, alignBytes }: Places): number {
  return roundUp(Math.max(bytes, Math.floor((high - low) / mostPlaces)), alignBytes);
}

/** What measures a request. */
export function profileFor(
  request: AdviceRequest,
  flagStrategy: AdvisedGround["flagStrategy"],
): Profile {
  const { threads, hold, anywhere, tries } = request;
  const asked = { ...request, low: Number(request.low), high: Number(request.high) };
  const places = measuredPlaces(asked);
  const { low, high, bytes, alignBytes } = places;
  // V8's memory is writable, and could not be told from what is asked for.
  const prot = low < userSpace() / 2 ? "none" : request.prot;
  const count = countPlaces(places);
  const needed = threads * (hold + 1);
  // The harness halves an arena until it fits.
  const pieces = 2 ** Math.floor(Math.log2(Math.min(arenaPieces, count)));
  const scaled = scaledWords(asked, places, prot);
  return advisedProfile({
    constraints: { low: address(low), high: address(high), bytes, alignBytes },
    ...(scaled !== "" && { scaled }),
    ...{ prot, stepBytes: stepFor(places), tries, hold, anywhere, flagStrategy },
    actors: threads,
    // Somebody who keeps to no rule of the program's, as long as that leaves room for all.
    interlopers: count > needed ? 1 : 0,
    arenaFits: needed <= pieces,
  });
}

/** What of the request is measured in another way, and why. */
function scaledWords(
  asked: Asked & Pick<AdviceRequest, "prot">,
  places: Places,
  prot: AdviceRequest["prot"],
): string {
  const { low, high, bytes, alignBytes } = places;
  const isLarger = bytes !== asked.bytes || alignBytes !== asked.alignBytes;
  const size = `${formatBytes(bytes)} at multiples of ${formatBytes(alignBytes)}`;
  return [
    ...(isLarger ? [`${size}, because owners are told apart by ${formatBytes(anyPageBytes)}`] : []),
    ...(asked.anywhere
      ? [
          `in 0x${low.toString(16)}-0x${high.toString(16)}, where nobody else maps, by steps of ` +
            formatBytes(stepFor(places)),
        ]
      : []),
    ...(prot === asked.prot ? [] : ["without access, because the range is one that V8 maps in"]),
  ].join("; ");
}

/** The next multiple of the unit, or the value itself. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
