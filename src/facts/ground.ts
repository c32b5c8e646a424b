/**
 * The private stretch of address space that facts are asked in, and what else of the process they
 * need. Tests put a fake kernel behind the same interface.
 */

import { closeSync, openSync, readSync } from "node:fs";
import { address, type Mapping } from "../model.ts";
import { readFact } from "../sys/host.ts";
import { type Kernel, kernel, mprotect, pageBytes, readMemory, writeMemory } from "../sys/libc.ts";
import { parseMaps } from "../sys/maps.ts";
import { planArena } from "../windows/plan.ts";

/** A range of address space; unlike a window's, its ends need not be aligned. */
export interface Range {
  readonly at: number;
  readonly bytes: number;
}

/** What only a real kernel and process have. */
export type Need = "files" | "stacks" | "limits";

export interface Ground {
  readonly kernel: Kernel;
  readonly pageBytes: number;
  /** Bytes that one entry of the second page-table level covers: 2 MiB with pages of 4 KiB. */
  readonly hugeBytes: number;
  /** Nobody else maps anything in [start, end). */
  readonly start: number;
  readonly end: number;
  readonly offers: ReadonlySet<Need>;
  /** An open file of at least a few pages; -1 without one. */
  readonly file: number;
  /** The first bytes of the file. */
  readonly fileBytes: Uint8Array;
  /** What is mapped in [from, to), ascending. */
  mappings(from: number, to: number): readonly Pick<Mapping, "start" | "end">[];
  /** Changes a protection. Returns 0, or -errno: -ENOMEM where something is not mapped. */
  protect(at: number, bytes: number, prot: number): number;
  read(at: number, bytes: number): Uint8Array;
  write(at: number, content: Uint8Array): void;
}

/** Windows of 1 GiB, as many pages as vm.max_map_count allows, and room between them. */
const stretchBytes = 2 ** 32;
const fileHeadBytes = 64;
/** Opened anew for every look: under QEMU user mode an open file shows what was mapped before. */
const mapsPath = "/proc/self/maps";

/** The stretch of this process, and the executable as the file; close() gives it back. */
export function openGround(): Ground & { readonly close: () => void } {
  const pages = pageBytes();
  const maps = parseMaps(readFact(mapsPath));
  const arena = planArena(
    { windows: 1, windowBytes: stretchBytes, pageBytes: pages, anchored: false, at: undefined },
    maps,
  );
  const start = arena.windows[0]?.start ?? arena.start;
  const file = openFile();
  const offers = new Set<Need>(["stacks", "limits"]);
  if (file.descriptor !== -1) offers.add("files");
  return {
    kernel,
    pageBytes: pages,
    hugeBytes: Number(readFact("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size")) || 2 ** 21,
    start,
    end: start + stretchBytes,
    offers,
    file: file.descriptor,
    fileBytes: file.head,
    mappings: (from, to) => parseMaps(readFact(mapsPath), from, to),
    protect: (at, bytes, prot) => mprotect(address(at), bytes, prot),
    read: (at, bytes) => readMemory(address(at), bytes),
    write: (at, content) => writeMemory(address(at), content),
    close: () => {
      if (file.descriptor !== -1) closeSync(file.descriptor);
    },
  };
}

/** The executable: it is there, it is long, and nobody writes to it. */
function openFile(): { readonly descriptor: number; readonly head: Uint8Array } {
  const head = new Uint8Array(fileHeadBytes);
  try {
    const descriptor = openSync(process.execPath, "r");
    readSync(descriptor, head, 0, head.length, 0);
    return { descriptor, head };
  } catch {
    return { descriptor: -1, head };
  }
}
