/**
 * /proc/self/maps: the text the kernel prints, one line a mapping, and what can be asked of it.
 */

import { readFileSync } from "node:fs";
import { address, type Mapping } from "../model.ts";

const line = /^([0-9a-f]+)-([0-9a-f]+) (\S+) [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ \d+\s*(.*)$/;

/** Parses the text of a maps file; lines ascend by address. @throws Error on a line of no such form */
export function parseMaps(text: string): Mapping[] {
  const mappings: Mapping[] = [];
  for (const entry of text.split("\n")) {
    if (entry === "") continue;
    const match = line.exec(entry);
    if (!match) throw new Error(`Cannot read a line of the maps file: "${entry}"`);
    mappings.push({
      start: address(Number.parseInt(match[1] as string, 16)),
      end: address(Number.parseInt(match[2] as string, 16)),
      perms: match[3] as string,
      name: match[4] as string,
    });
  }
  return mappings;
}

/** The mappings of this process, now. */
export function readMaps(): Mapping[] {
  return parseMaps(readFileSync("/proc/self/maps", "latin1"));
}

/** The mappings that share a byte with [start, end). */
export function mappingsIn(mappings: readonly Mapping[], start: number, end: number): Mapping[] {
  return mappings.filter((mapping) => mapping.start < end && mapping.end > start);
}
