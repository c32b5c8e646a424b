/**
 * Turns words of the command line into values, each with a sentence when it cannot: what was
 * wanted, what was found, what to do.
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import leven from "leven";
import { sizeToBytes } from "../src/units.ts";

/** Edits that still count as the same word misspelt, and at most half of it. */
const nearEdits = 3;
const interloperLimit = 16;

/** Parses a comma-separated list of known words; a repeated option adds to the list. */
export function wordList(known: readonly string[], what: string) {
  return (text: string, previous: readonly string[] | undefined): string[] => {
    const words = text.split(",").map((word) => word.trim());
    for (const word of words) if (!known.includes(word)) throw unknownWord(word, known, what);
    return [...new Set([...(previous ?? []), ...words])];
  };
}

/** Parses a comma-separated list of whole numbers; a repeated option adds to the list. */
export function integerList(lowest: number, highest: number) {
  const parse = integer(lowest, highest);
  return (text: string, previous: readonly number[] | undefined): number[] =>
    [...new Set([...(previous ?? []), ...text.split(",").map(parse)])].sort((a, b) => a - b);
}

/** Parses a whole number from `lowest` to `highest`. */
export function integer(lowest: number, highest: number) {
  return (text: string): number => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`Want a whole number from ${lowest} to ${highest}.`);
  };
}

/** Parses a number of seconds, fractions allowed. */
export function seconds(lowest: number, highest: number) {
  return (text: string): number => {
    const value = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`Want seconds from ${lowest} to ${highest}, like 30 or 2.5.`);
  };
}

/** Parses a size in bytes; K, M, G and T are powers of 1024. */
export function size(lowest: number, highest: number) {
  return (text: string): number => {
    const bytes = sizeToBytes(text);
    if (bytes !== undefined && bytes >= lowest && bytes <= highest) return bytes;
    throw new InvalidArgumentError("Want a size from one page to 256G, like 64K, 1M or 2G.");
  };
}

/** Takes the path of a file. */
export function filePath(text: string): string {
  if (text.trim() !== "") return text;
  throw new InvalidArgumentError("Want the path of a file.");
}

/** Parses a 0x-hex address. */
export function hexAddress(text: string): string {
  const value = /^0x[0-9a-f]+$/i.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && Number.isSafeInteger(value)) return `0x${value.toString(16)}`;
  throw new InvalidArgumentError("Want an address like 0x200000000000.");
}

/** Parses "0x200000000-0xd00000000", a range whose end is not in it. */
export function addressRange(text: string): { readonly low: number; readonly high: number } {
  const [, low, high] = /^(0x[0-9a-f]+)-(0x[0-9a-f]+)$/i.exec(text.trim()) ?? [];
  const range = { low: Number(low), high: Number(high) };
  if (Number.isSafeInteger(range.low) && Number.isSafeInteger(range.high)) return range;
  throw new InvalidArgumentError(
    "Want two addresses like 0x200000000-0xd00000000, each with its 0x.",
  );
}

/** Parses the number of a kernel: "4.14"; what follows a second dot does not matter. */
export function kernelNumber(text: string): string {
  const [, number] = /^(\d{1,3}\.\d{1,3})(?:\.\d+)?$/.exec(text.trim()) ?? [];
  if (number !== undefined) return number;
  throw new InvalidArgumentError("Want the number of a kernel, like 4.14 or 6.1.");
}

/** Threads of each kind beside the actors. */
export interface Interlopers {
  readonly map: number;
  readonly fault: number;
}

/** Parses "map:2,fault:1"; a word alone stands for one thread, and a repeated option adds. */
export function interlopers(text: string, previous?: Interlopers): Interlopers {
  const counts = { map: 0, fault: 0, ...previous };
  for (const part of text.split(",").map((word) => word.trim())) {
    const [, kind = "", count] = /^([^:]*)(?::(.*))?$/.exec(part) ?? [];
    if (kind !== "map" && kind !== "fault") throw unknownWord(kind, ["map", "fault"], "interloper");
    counts[kind] += count === undefined ? 1 : integer(1, interloperLimit)(count);
    if (counts[kind] > interloperLimit) {
      throw new InvalidArgumentError(`Want at most ${interloperLimit} interlopers of a kind.`);
    }
  }
  return counts;
}

function unknownWord(word: string, known: readonly string[], what: string): InvalidArgumentError {
  const nearest = known.toSorted((a, b) => leven(word, a) - leven(word, b))[0] ?? "";
  const isNear = leven(word, nearest) <= Math.min(nearEdits, nearest.length / 2);
  const hint = isNear ? ` Did you mean ${nearest}?` : "";
  return new InvalidArgumentError(
    `There is no ${what} "${word}".${hint} Known: ${known.join(", ")}.`,
  );
}
