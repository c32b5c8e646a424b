/**
 * What an owner does inside its reservation: commits pieces, frees them again. Nobody else can take
 * a piece meanwhile, unless it is freed by munmap.
 */

import { type Address, address } from "../model.ts";
import { searchOf } from "../search/index.ts";
import { MAP_FIXED, MAP_RESERVATION, PROT_NONE, PROT_READ, PROT_WRITE } from "../sys/constants.ts";
import { poke, writeMemory } from "../sys/libc.ts";
import type { ActorTools, PathActor } from "./actor-tools.ts";
import type { Held } from "./grip.ts";
import type { CarveWay } from "./way.ts";

const MADV_DONTNEED = 4;
const MADV_FREE = 8;

/** From the start of a reservation, what a carving way takes in turn. */
export const carvedBytes = 2 ** 20;

const writable = PROT_READ | PROT_WRITE;
const anonymousFixed = MAP_RESERVATION | MAP_FIXED;
const mark = new Uint8Array([1]);

/** Commits a piece and, where the way does, writes to every page, as who uses it would. */
function commit({ grip, pageBytes }: ActorTools, way: CarveWay, at: Address, bytes: number): void {
  const isDone =
    way.commit === "mprotect"
      ? grip.carve("commit", "mprotect", at, bytes, writable)
      : grip.carve("commit", "mmap", at, bytes, writable, anonymousFixed, -1, 0);
  if (!way.touch || !isDone) return;
  for (let offset = 0; offset < bytes; offset += pageBytes) {
    // A piece that was freed by munmap may be somebody else's by now, and gone the next moment.
    if (way.free === "munmap") poke(address(at + offset), 1);
    else writeMemory(address(at + offset), mark);
  }
}

/** The call that frees a piece, without its address and size. */
const freeing = {
  "map-fixed-none": ["mmap", PROT_NONE, anonymousFixed, -1, 0],
  dontneed: ["madvise", MADV_DONTNEED],
  "madv-free": ["madvise", MADV_FREE],
  munmap: ["munmap"],
} as const;

function free({ grip }: ActorTools, way: CarveWay, at: Address, bytes: number): void {
  const [name, ...rest] = freeing[way.free];
  grip.carve("free", name, at, bytes, ...rest);
}

/** What the profile carves from every reservation: all its pieces, then each freed again. */
export function openCarver(tools: ActorTools): { carve(held: Held): void } {
  const { carving } = tools.profile;
  if (!carving) return { carve: () => {} };
  const { way, pieces } = carving;
  return {
    carve: ({ at }) => {
      const places = pieces.map((bytes, index) => ({
        at: address(at + pieces.slice(0, index).reduce((sum, before) => sum + before, 0)),
        bytes,
      }));
      for (const place of places) commit(tools, way, place.at, place.bytes);
      for (const place of places) free(tools, way, place.at, place.bytes);
    },
  };
}

/** Carving alone, piece after piece of one reservation that is held throughout. */
export function openCarving(tools: ActorTools, way: CarveWay): PathActor {
  const { grip, profile } = tools;
  const { constraints } = profile;
  const searcher = searchOf("maps-text").open(tools);
  let held: Held | undefined;
  let offset = 0;

  const reserve = (): Held | undefined => {
    for (let tried = 0; tried < profile.tries; tried++) {
      const at = searcher.find(constraints, constraints.low);
      if (at === undefined) return undefined;
      const { held: own } = grip.attempt({ at, bytes: constraints.bytes }, 0);
      if (own) return own;
    }
    return undefined;
  };

  return {
    step: () => {
      held ??= reserve();
      grip.tape.counts.reservations++;
      if (!held) {
        grip.tape.counts.givenUp++;
        return;
      }
      const at = address(held.at + offset);
      const bytes = Math.min(carvedBytes, held.bytes);
      commit(tools, way, at, bytes);
      free(tools, way, at, bytes);
      // An advised piece is still writable, and the next turn would have nothing to commit.
      if (way.free === "dontneed" || way.free === "madv-free") {
        grip.change("mprotect", at, bytes, PROT_NONE);
      }
      offset = offset + 2 * bytes <= held.bytes ? offset + bytes : 0;
    },
    drain: () => {
      if (held) grip.release(held);
      held = undefined;
    },
    close: () => searcher.close(),
  };
}
