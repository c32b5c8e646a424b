/**
 * The mappings that a case begins with: puts them there, marks their bytes, and tells later whether
 * they are still what they were.
 */

import {
  errnoName,
  MAP_GROWSDOWN,
  MAP_RESERVATION,
  MAP_SHARED,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from "../sys/constants.ts";
import type { Occupant } from "./fact.ts";
import type { Ground, Range } from "./ground.ts";
import { intersects } from "./ranges.ts";

/** In an occupant of more pages only the first ones and the last one are marked. */
const mostMarked = 16;
const writable = PROT_READ | PROT_WRITE;

export type Settled =
  | { readonly state: "settled"; readonly ranges: readonly Range[] }
  | { readonly state: "failed"; readonly reason: string };

/** Maps and marks the occupants; what is there already is never replaced. */
export function settle(ground: Ground, occupants: readonly Occupant[]): Settled {
  const ranges: Range[] = [];
  for (const { at: place, kind } of occupants) {
    const { at, bytes } = place(ground);
    const result = mapOccupant(ground, { at, bytes }, kind);
    if (result !== at) {
      if (result > 0) ground.kernel.munmap(result, bytes);
      clear(ground, ranges);
      const found = result < 0 ? errnoName(-result) : "it landed elsewhere";
      return { state: "failed", reason: `the occupant cannot be mapped: ${found}` };
    }
    ranges.push({ at, bytes });
    if (kind !== "shared file") mark(ground, { at, bytes });
    if (kind === "none") ground.protect(at, bytes, PROT_NONE);
    if (kind === "read-only") ground.protect(at, bytes, PROT_READ);
  }
  return { state: "settled", ranges };
}

/** Whether every marked page outside of `holes` still reads as it was written. */
export function examine(
  ground: Ground,
  occupants: readonly Occupant[],
  holes: readonly Range[],
): "intact" | "destroyed" {
  const survives = occupants.every(({ at, kind }) => {
    const range = at(ground);
    const marked = markedPages(ground, range).filter(
      (page) => !holes.some((hole) => intersects(hole, { at: page, bytes: 1 })),
    );
    return marked.every((page) => {
      // A page that is gone must not be read; one that cannot be read is made readable.
      if (ground.protect(page, ground.pageBytes, PROT_READ) !== 0) return false;
      const wanted = kind === "shared file" ? fileMark(ground, range, page) : markOf(range, page);
      return wanted === undefined || isSame(ground.read(page, wanted.length), wanted);
    });
  });
  return survives ? "intact" : "destroyed";
}

/** Unmaps ranges, whatever is in them. */
export function clear(ground: Ground, ranges: readonly Range[]): void {
  for (const { at, bytes } of ranges) ground.kernel.munmap(at, bytes);
}

function mapOccupant(ground: Ground, { at, bytes }: Range, kind: Occupant["kind"]): number {
  const { kernel, file } = ground;
  if (kind === "shared file") return kernel.mmap(at, bytes, PROT_READ, MAP_SHARED, file);
  return kernel.mmap(
    at,
    bytes,
    writable,
    kind === "grows down" ? MAP_RESERVATION | MAP_GROWSDOWN : MAP_RESERVATION,
  );
}

function mark(ground: Ground, range: Range): void {
  for (const page of markedPages(ground, range)) ground.write(page, markOf(range, page));
}

function markedPages({ pageBytes }: Ground, { at, bytes }: Range): number[] {
  const count = bytes / pageBytes;
  const marked = Array.from({ length: Math.min(count, mostMarked) }, (_, i) => at + i * pageBytes);
  return count > mostMarked ? [...marked, at + bytes - pageBytes] : marked;
}

/** Eight bytes that say which page of which occupant they are. */
function markOf({ at }: Range, page: number): Uint8Array {
  return new Uint8Array(Float64Array.of(at + 2 * (page - at)).buffer);
}

/** Only the file's head is known; undefined for other pages. */
function fileMark(ground: Ground, { at }: Range, page: number): Uint8Array | undefined {
  return page === at ? ground.fileBytes : undefined;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
