/**
 * Histograms as the result file has them: HdrHistogram's V2 format, deflated, in base64. Checks
 * them and reads their counts, without the library that writes them, which takes long to load and
 * believes whatever it is given.
 */

import { inflateSync } from "node:zlib";

/** One minute: three times what the watchdog lets a block last. */
export const highestNs = 60e9;
export const significantDigits = 3;

/** Counts up to a minute in three digits: 2048 for the first values, 1024 an octave. */
export const placesAnOctave = 1024;
export const mostPlaces = 27 * placesAnOctave;

/** Whether the text is a histogram of the shape above, with no more places. */
export function isHistogram(encoded: string): boolean {
  const payload = payloadOf(encoded);
  return payload !== undefined && walk(payload) <= mostPlaces;
}

/**
 * Adds the counts of a histogram to `counts`, which has {@link mostPlaces}. False, and nothing is
 * added, where the text is none.
 */
export function addCounts(encoded: string, counts: Float64Array): boolean {
  const payload = payloadOf(encoded);
  const add = (place: number, count: number): void => {
    if (place < counts.length) counts[place] = (counts[place] as number) + count;
  };
  if (payload === undefined || walk(payload) > mostPlaces) return false;
  walk(payload, add);
  return true;
}

/**
 * What all calls of a histogram took together, in nanoseconds, each taken to be in the middle of
 * its place: a two-thousandth off at most. Undefined where the text is no histogram.
 */
export function totalNs(encoded: string): number | undefined {
  const payload = payloadOf(encoded);
  let total = 0;
  const add = (place: number, count: number): void => {
    const { lowest, width } = valuesAt(place);
    total += count * (lowest + Math.floor(width / 2));
  };
  return payload !== undefined && walk(payload, add) <= mostPlaces ? total : undefined;
}

/** The values of a place, in whole nanoseconds: the lowest, and how many. */
export function valuesAt(place: number): { readonly lowest: number; readonly width: number } {
  const octave = Math.max(0, Math.floor(place / placesAnOctave) - 1);
  const width = 2 ** octave;
  return { lowest: (place - octave * placesAnOctave) * width, width };
}

/**
 * Offsets in the V2 format, big-endian: cookie, size of the rest; in the rest, inflated: cookie,
 * size of the payload, and the shape: offset and digits (4 bytes each), lowest, highest and ratio.
 */
const [compressedSizeAt, compressedAt] = [4, 8];
const [payloadSizeAt, shapeAt, payloadAt] = [4, 8, 40];

/** What a count of the library holds. */
const mostCalls = 2 ** 32 - 1;
const mostBytesAPlace = 9;
const mostInflatedBytes = payloadAt + mostPlaces * mostBytesAPlace;

/** With the offset and the ratio that the library always writes. */
const shape = Buffer.alloc(payloadAt - shapeAt);
shape.writeInt32BE(1, 0);
shape.writeInt32BE(significantDigits, 4);
for (const [at, value] of [1, highestNs, 1].entries()) {
  shape.writeBigInt64BE(BigInt(value), 8 * (at + 1));
}

/** The counts of a histogram, packed; undefined where the text is none of that shape. */
function payloadOf(encoded: string): Uint8Array | undefined {
  try {
    const bytes = inflate(encoded);
    const end = payloadAt + bytes.readUInt32BE(payloadSizeAt);
    const isOurs = bytes.subarray(shapeAt, payloadAt).equals(shape) && end <= bytes.length;
    return isOurs ? bytes.subarray(payloadAt, end) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws Error where the text is no base64, no histogram, or a huge one */
function inflate(encoded: string): Buffer {
  const bytes = Buffer.from(encoded, "base64");
  // Readers of base64 differ in what they make of other texts.
  if (bytes.toString("base64") !== encoded) throw new Error("not base64");
  const end = compressedAt + bytes.readUInt32BE(compressedSizeAt);
  return inflateSync(bytes.subarray(compressedAt, end), { maxOutputLength: mostInflatedBytes });
}

/**
 * How many places a payload fills; infinity where a count is larger than the library's can be.
 * Visits every place that has a count of its own, one of 0 perhaps. Numbers are ZigZag LEB128; -n
 * stands for n zeros.
 */
function walk(payload: Uint8Array, visit?: (place: number, count: number) => void): number {
  let places = 0;
  for (let at = 0; at < payload.length; ) {
    let byte = payload[at++] as number;
    let value = byte & 0x7f;
    for (let length = 1; byte >= 0x80 && length < mostBytesAPlace; length++) {
      byte = payload[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** (7 * length);
    }
    if (value / 2 > mostCalls) return Number.POSITIVE_INFINITY;
    if (value % 2 === 1) places += (value + 1) / 2;
    else {
      visit?.(places, value / 2);
      places++;
    }
  }
  return places;
}
