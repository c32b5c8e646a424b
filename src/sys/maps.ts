/**
 * /proc/self/maps: the text the kernel prints, one line a mapping, and what can be asked of it.
 */

import { address, type Mapping } from "../model.ts";
import { ProcFile } from "./proc-file.ts";

const ownMaps = new ProcFile("/proc/self/maps");

/** Everything behind the range: permissions, offset, device, inode, name. */
const rest = /^ (\S{4}) [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ \d+ *(.*)$/s;
/** What stands behind the range of a mapping without a file: most lines, so no pattern for them. */
const anonymous = " 00000000 00:00 0 ";

/**
 * Parses the text of a maps file, whose lines ascend by address; only the mappings that share a
 * byte
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
    const dash = entry.indexOf("-");
    const space = entry.indexOf(" ", dash);
    const start = Number.parseInt(entry.slice(0, dash), 16);
    const end = Number.parseInt(entry.slice(dash + 1, space), 16);
    if (start >= to) break;
    if (end <= from) continue;
    const isAnonymous = entry.endsWith(anonymous) && entry.length === space + 5 + anonymous.length;
    const [, perms, name] = isAnonymous
      ? [entry, entry.slice(space + 1, space + 5), ""]
      : (rest.exec(entry.slice(space)) ?? []);
    if (Number.isNaN(start + end) || perms === undefined || name === undefined) {
      throw new Error(`Cannot read a line of the maps file: "${entry}"`);
    }
    mappings.push({ start: address(start), end: address(end), perms, name });
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
