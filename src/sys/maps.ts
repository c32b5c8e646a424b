/**
 * /proc/self/maps: the text the kernel prints, one line a mapping, and what can be asked of it.
 */

import { address, type Mapping } from "../model.ts";
import { ProcFile } from "./proc-file.ts";

const ownMaps = new ProcFile("/proc/self/maps");

const line = /^([0-9a-f]+)-([0-9a-f]+) (\S+) [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ \d+ *(.*)$/s;

/**
 * Parses the text of a maps file, whose lines ascend by address; only the mappings that share a byte
 * with [from, to). Addresses of the kernel's half (the vsyscall page) lose their lowest bits.
 * @throws Error on a line of no such form
 */
export function parseMaps(text: string, from = 0, to = Infinity): Mapping[] {
  const mappings: Mapping[] = [];
  let lineEnd = -1;
  while (lineEnd + 1 < text.length) {
    const lineStart = lineEnd + 1;
    lineEnd = text.indexOf("\n", lineStart);
    if (lineEnd === -1) lineEnd = text.length;
    const entry = text.slice(lineStart, lineEnd);
    // A line is matched whole only where it counts: audits ask for a few out of very many.
    const start = Number.parseInt(entry, 16);
    if (start >= to) break;
    if (Number.parseInt(entry.slice(entry.indexOf("-") + 1), 16) <= from) continue;
    const match = line.exec(entry);
    if (!match) throw new Error(`Cannot read a line of the maps file: "${entry}"`);
    const end = address(Number.parseInt(match[2] as string, 16));
    mappings.push({
      start: address(start),
      end,
      perms: match[3] as string,
      name: match[4] as string,
    });
  }
  return mappings;
}

/** The mappings of this process, now; all, or those that share a byte with [from, to). */
export function readMaps(from = 0, to = Infinity): Mapping[] {
  return parseMaps(ownMaps.read(), from, to);
}

/** The mappings that share a byte with [start, end). */
export function mappingsIn(mappings: readonly Mapping[], start: number, end: number): Mapping[] {
  return mappings.filter((mapping) => mapping.start < end && mapping.end > start);
}
