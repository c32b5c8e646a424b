/**
 * The alternative to racing at all: one reservation before the race, common to all actors, and a
 * bitmap of its pieces in shared memory. A piece is taken with one atomic operation, and mapped
 * with MAP_FIXED inside what is the process's own.
 *
 *     range    ....|piece|piece|piece|piece|....
 *     bitmap          1     0     1     0          taken: set the lowest clear bit
 */

import { type Address, address } from "../model.ts";
import { firstFit } from "../search/first-fit.ts";
import { MapsFile } from "../search/maps-file.ts";
import { MapsLines } from "../search/maps-lines.ts";
import { RangeSet } from "../search/range-set.ts";
import { MAP_FIXED } from "../sys/constants.ts";
import type { ActorTools, PathActor } from "./actor-tools.ts";
import { openCarver } from "./carving.ts";
import type { Held } from "./grip.ts";
import { keepLatest } from "./keep-latest.ts";
import { arenaPieces } from "./path-memory.ts";

const halfWord = 2 ** 16;
const wordBits = 32;
/** Words of the shared memory: the start of the arena, its number of pieces, the bitmap. */
const startAt = 0;
const piecesAt = 3;
const bitmapAt = 4;

/**
 * Reserves the arena, as many pieces as there is room for, none where there is not even room for
 * one. Runs once, while all others wait.
 */
export function reserveArena(tools: ActorTools): void {
  const { profile, memory, grip } = tools;
  const { constraints } = profile;
  const pieceBytes = pieceBytesOf(tools);
  const lines = new MapsLines(tools.pageBytes);
  lines.begin(new MapsFile(tools.calls).read());
  const taken = RangeSet.of(lines);
  memory.arena.fill(0);
  for (let pieces = arenaPieces; pieces >= 1; pieces--) {
    const bytes = pieces * pieceBytes;
    const at = firstFit(taken, { ...constraints, bytes }, constraints.low);
    if (at === undefined) continue;
    const { held } = grip.attempt({ at, bytes }, 0);
    if (!held) continue;
    grip.disown(held);
    storeStart(memory.arena, at);
    Atomics.store(memory.arena, piecesAt, pieces);
    return;
  }
}

/** Gives the arena back. Runs once, when all have drained. */
export function releaseArena(tools: ActorTools): void {
  const { arena } = tools.memory;
  const bytes = Atomics.load(arena, piecesAt) * pieceBytesOf(tools);
  if (bytes > 0) tools.grip.unmap({ at: address(startOf(arena)), bytes });
}

interface HeldPiece extends Held {
  readonly piece: number;
}

export function openArena(tools: ActorTools): PathActor {
  const { profile, memory, grip } = tools;
  const { bytes } = profile.constraints;
  const pieceBytes = pieceBytesOf(tools);
  const carver = openCarver(tools);
  let isExhausted = false;

  const reserve = (): HeldPiece | undefined => {
    const { calls } = grip;
    const { spentTicks } = calls;
    const { counts } = grip.tape;
    const began = calls.now();
    const piece = takePiece(memory.arena);
    counts.reservations++;
    isExhausted = piece === undefined;
    if (piece === undefined) {
      counts.givenUp++;
      return undefined;
    }
    const at = address(startOf(memory.arena) + piece * pieceBytes);
    const { held: own } = grip.attempt({ at, bytes }, MAP_FIXED);
    grip.timeReservation(began, spentTicks);
    if (!own) {
      counts.givenUp++;
      givePiece(memory.arena, piece);
      return undefined;
    }
    carver.carve(own);
    return { ...own, piece };
  };

  const release = (own: HeldPiece): void => {
    grip.disown(own);
    grip.blank(own);
    givePiece(memory.arena, own.piece);
  };

  // Where there are fewer pieces than all hold at once, they go round all the same.
  return keepLatest({ hold: profile.hold, reserve, release, isExhausted: () => isExhausted });
}

/** Pieces begin at multiples of the alignment. */
function pieceBytesOf({ profile }: ActorTools): number {
  const { bytes, alignBytes } = profile.constraints;
  return Math.ceil(bytes / alignBytes) * alignBytes;
}

function takePiece(arena: Int32Array): number | undefined {
  const pieces = Atomics.load(arena, piecesAt);
  for (let piece = 0; piece < pieces; piece++) {
    const word = bitmapAt + Math.floor(piece / wordBits);
    const bit = 1 << (piece % wordBits);
    if ((Atomics.load(arena, word) & bit) !== 0) continue;
    if ((Atomics.or(arena, word, bit) & bit) === 0) return piece;
  }
  return undefined;
}

function givePiece(arena: Int32Array, piece: number): void {
  Atomics.and(arena, bitmapAt + Math.floor(piece / wordBits), ~(1 << (piece % wordBits)));
}

function storeStart(arena: Int32Array, at: Address): void {
  for (let word = 0; word < piecesAt; word++) {
    Atomics.store(arena, startAt + word, Math.floor(at / halfWord ** word) % halfWord);
  }
}

function startOf(arena: Int32Array): number {
  let at = 0;
  for (let word = 0; word < piecesAt; word++) {
    at += Atomics.load(arena, startAt + word) * halfWord ** word;
  }
  return at;
}
