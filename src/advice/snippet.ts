/**
 * The recommended parts as C11 for Linux, short enough to be read whole: `reserve()` returns a
 * place or NULL. Compiles with -Wall -Wextra -Werror; owns the order of the pieces.
 */

import type { AdviceRequest } from "../results/advice-schema.ts";
import type { Parts } from "./candidates.ts";
import type { Piece } from "./snippet-piece.ts";
import {
  arenaReserve,
  bothEndsReserve,
  nextGapReserve,
  nextStepReserve,
  overReserve,
  plainReserve,
  randomReserve,
} from "./snippet-reserve.ts";
import { cachedMaps, mapsText, procmapQuery } from "./snippet-search.ts";
import { takeByFlag, takeByHint, takeByTest } from "./snippet-take.ts";

/** Of all architectures that Linux runs on. */
const leastPageBytes = 4096;

/** The program that the parts make; ends with a newline. */
export function snippetFor(parts: Parts, request: AdviceRequest): string {
  const pieces = piecesOf(parts, request);
  const headers = new Set(["stdint.h", "sys/mman.h", ...pieces.flatMap((each) => each.headers)]);
  const used = pieces.flatMap((piece) => piece.constants);
  const defines = constantsOf(request).filter(([name]) => used.includes(name));
  return [
    "#define _GNU_SOURCE",
    ...[...headers].sort().map((header) => `#include <${header}>`),
    "",
    ...defines.map(([name, value, comment]) => `#define ${name} ${value}${asComment(comment)}`),
    ...(used.includes("MAP_FIXED_NOREPLACE")
      ? [
          "#ifndef MAP_FIXED_NOREPLACE",
          "#define MAP_FIXED_NOREPLACE 0x100000 /* the headers are older than the kernel */",
          "#endif",
        ]
      : []),
    "",
    ...(used.includes("ALIGN")
      ? [
          "static uintptr_t align_up(uintptr_t at)",
          "{",
          "    return (at + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1);",
          "}",
          "",
        ]
      : []),
    pieces.map(({ code }) => code.trim()).join("\n\n"),
    "",
  ].join("\n");
}

/** Whether a plain mmap without an address is aligned as wanted on every machine. */
export function isPlain({ alignBytes }: Pick<AdviceRequest, "alignBytes">): boolean {
  return alignBytes <= leastPageBytes;
}

function asComment(text: string): string {
  return text === "" ? "" : ` /* ${text} */`;
}

function piecesOf(parts: Parts, request: AdviceRequest): Piece[] {
  if (parts.kind === "over-reserve") return [isPlain(request) ? plainReserve : overReserve];
  const take = takePiece(parts.strategy);
  if (parts.kind === "reserve-once") return [...take, arenaReserve];
  switch (parts.search) {
    case "maps-text":
      return [...take, mapsText, nextGapReserve(false)];
    case "procmap-query":
      return [...take, procmapQuery, nextGapReserve(false)];
    case "cached-maps":
      return [...take, cachedMaps, nextGapReserve(true)];
    default:
      return [...take, stepPiece(parts.retry)];
  }
}

function takePiece(strategy: string): Piece[] {
  switch (strategy) {
    case "fixed-noreplace":
      return [takeByFlag];
    case "noreplace-or-hint":
      return takeByTest;
    default:
      return [takeByHint];
  }
}

function stepPiece(retry: string): Piece {
  switch (retry) {
    case "random":
      return randomReserve;
    case "both-ends":
      return bothEndsReserve;
    default:
      return nextStepReserve;
  }
}

/** Whatever a piece may use. */
function constantsOf(request: AdviceRequest): [name: string, value: string, comment: string][] {
  const { low, high, bytes, alignBytes, stepBytes, tries, threads, hold, prot } = request;
  const stride = Math.ceil(bytes / alignBytes) * alignBytes;
  const pieces = threads * (hold + 1);
  return [
    ["LOW", `${low}UL`, ""],
    ["HIGH", `${high}UL`, ""],
    ["BYTES", sizeWords(bytes), ""],
    ["ALIGN", sizeWords(alignBytes), "a power of two"],
    ["STEP", sizeWords(stepBytes), ""],
    ["TRIES", String(tries), ""],
    ["STRIDE", sizeWords(stride), "of two pieces of the arena"],
    ["PIECES", String(pieces), `${threads} threads with ${hold + 1} each; at most 64`],
    ["PROT", prot === "rw" ? "(PROT_READ | PROT_WRITE)" : "PROT_NONE", ""],
  ];
}

/** "(64UL << 20)"; hexadecimal where that is no whole number of a unit. */
function sizeWords(bytes: number): string {
  const shift = [40, 30, 20, 10].find((each) => bytes % 2 ** each === 0);
  return shift === undefined ? `${bytes}UL` : `(${bytes / 2 ** shift}UL << ${shift})`;
}
