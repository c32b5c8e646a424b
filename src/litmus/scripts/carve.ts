/**
 * Step (c) of the mail of 2017: an owner suballocates from its reservation with MAP_FIXED and frees
 * with MAP_FIXED + PROT_NONE, so that not even for a moment is a piece unmapped. Two others ask for
 * the same pieces. `munmap-then-fixed` frees and takes back in two calls, and lets them in.
 *
 *     reservation  |--------|========|--------|========|   - PROT_NONE   = read-write
 *     piece             0        1        2        3
 *     others                        ^ asked for, noreplace and hint
 *
 * Seen in a second on Linux 6.18, 2 CPUs:
 *
 *     map-fixed          kept 18702, kept-out 298643
 *     munmap-then-fixed  kept 15422, kept-out 13734, got-in 31598, two-owners 140, clobbered 178
 */

import { type Address, address } from "../../model.ts";
import { MAP_FIXED, PROT_NONE, PROT_READ, PROT_WRITE } from "../../sys/constants.ts";
import { ask, lossOf, privateAnonymous, type Way } from "../ask.ts";
import { Holding } from "../holding.ts";
import type { Script, ScriptActor, ScriptContext } from "../script.ts";

const pieces = 4;
const piecePages = 8;
const writable = PROT_READ | PROT_WRITE;

export const carve: Script = {
  id: "carve",
  summary: "an owner replaces pieces of its reservation while others ask for them",
  actors: 3,
  variants: ["map-fixed", "munmap-then-fixed"],
  outcomes: (variant) => {
    const broken = variant === "map-fixed" ? "forbidden" : "interesting";
    return [
      { id: "kept", expectation: "acceptable", meaning: "the owner found its piece as it left it" },
      { id: "kept-out", expectation: "acceptable", meaning: "a piece asked for was not given" },
      {
        id: "got-in",
        expectation: broken,
        meaning: "another was placed in the reservation",
        outOf: ["kept-out", "got-in"],
      },
      { id: "two-owners", expectation: broken, meaning: "a piece was taken while it was in use" },
      {
        id: "clobbered",
        expectation: broken,
        meaning: "a piece in use was found replaced or unmapped by somebody else",
      },
    ];
  },
  prepare: ({ kernel, arena, pageBytes }) => {
    const bytes = pieces * piecePages * pageBytes;
    kernel.mmap(arena, bytes, PROT_NONE, privateAnonymous | MAP_FIXED);
  },
  open: (context) => {
    if (context.actor === 0) return openOwner(context);
    return openAsker(context, context.actor === 1 ? "noreplace" : "hint");
  },
};

function openOwner(context: ScriptContext): ScriptActor {
  const { kernel, arena, pageBytes, pause, variant } = context;
  const bytes = piecePages * pageBytes;
  const holding = new Holding(context);
  const fixed = privateAnonymous | MAP_FIXED;
  return {
    step: () => {
      const [piece, at] = choosePiece(context);
      kernel.mmap(at, bytes, writable, fixed);
      const double = holding.begin(piece, at);
      pause();
      const clobber = holding.end(piece, at);
      if (variant === "map-fixed") kernel.mmap(at, bytes, PROT_NONE, fixed);
      else kernel.munmap(at, bytes);
      return double ?? clobber ?? "kept";
    },
    close: () => {
      kernel.munmap(arena, pieces * bytes);
    },
  };
}

function openAsker(context: ScriptContext, way: Way): ScriptActor {
  const { kernel, pageBytes, pause } = context;
  const bytes = piecePages * pageBytes;
  const holding = new Holding(context);
  return {
    step: () => {
      const [piece, at] = choosePiece(context);
      const answer = ask(kernel, { at, bytes, prot: writable }, way);
      if (answer !== "placed") return lossOf(answer, "kept-out");
      const double = holding.begin(piece, at);
      pause();
      const clobber = holding.end(piece, at);
      // What was replaced belongs to the owner: only an intact piece is this actor's to unmap.
      if (!clobber) kernel.munmap(at, bytes);
      return double ?? clobber ?? "got-in";
    },
    close: () => {},
  };
}

function choosePiece({ random, arena, pageBytes }: ScriptContext): [number, Address] {
  const piece = Math.floor(random() * pieces);
  return [piece, address(arena + piece * piecePages * pageBytes)];
}
