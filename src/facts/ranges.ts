/** Arithmetic of address ranges, for the audit. Pure. */

import type { Range } from "./ground.ts";

/** Whether two ranges share a byte. */
export function intersects(a: Range, b: Range): boolean {
  return a.at < b.at + b.bytes && b.at < a.at + a.bytes;
}

/** What remains of ranges without the holes; neighbours become one, ascending. */
export function without(ranges: readonly Range[], holes: readonly Range[]): Range[] {
  const rest = holes.reduce<readonly Range[]>(
    (left, hole) => left.flatMap((range) => cut(range, hole)),
    ranges,
  );
  return joined(rest);
}

/** Neighbours and overlaps become one range, ascending. */
export function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.at - b.at)) {
    const last = result.at(-1);
    if (last === undefined || last.at + last.bytes < range.at) result.push(range);
    else {
      const end = Math.max(last.at + last.bytes, range.at + range.bytes);
      result[result.length - 1] = { at: last.at, bytes: end - last.at };
    }
  }
  return result;
}

function cut(range: Range, hole: Range): Range[] {
  if (!intersects(range, hole)) return [range];
  const end = range.at + range.bytes;
  const holeEnd = hole.at + hole.bytes;
  return [
    { at: range.at, bytes: hole.at - range.at },
    { at: holeEnd, bytes: end - holeEnd },
  ].filter(({ bytes }) => bytes > 0);
}
