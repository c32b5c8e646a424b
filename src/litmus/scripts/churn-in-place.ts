/**
 * Churn again, released in place: the window stays reserved, an owner takes it over its placeholder
 * with MAP_FIXED, and releases it with MAP_FIXED + PROT_NONE. Who owns it is agreed upon in shared
 * memory, for the kernel would give it to anybody who asks with MAP_FIXED. A stranger asks for it
 * without that, by turns with the flag and with a hint: at no moment is there nobody in it.
 *
 *     placeholder |--------|   owner A |AAAAAAAA|   placeholder |--------|   owner B |BBBBBBBB|
 *     stranger         ^ kept out            ^                       ^                    ^
 *
 * Seen in a second on Linux 6.18, 2 CPUs: owner, lost and kept-out, nothing else.
 */

import { MAP_FIXED, PROT_NONE, PROT_READ, PROT_WRITE } from "../../sys/constants.ts";
import { ask, lossOf, privateAnonymous } from "../ask.ts";
import { Holding } from "../holding.ts";
import type { Script, ScriptActor, ScriptContext } from "../script.ts";

const windowPages = 16;
const claim = 0;
/** Index of `shared`: whose turn it is, 0 for nobody's. */
const turn = 1;
/** What comes of an owner's turn. */
const turns = ["owner", "two-owners", "clobbered"];
const writable = PROT_READ | PROT_WRITE;

export const churnInPlace: Script = {
  id: "churn-in-place",
  summary: "a window released by MAP_FIXED + PROT_NONE: owner, nobody, new owner; nobody else",
  actors: 3,
  variants: ["map-fixed"],
  outcomes: () => [
    { id: "owner", expectation: "acceptable", meaning: "an owner had the window to itself" },
    { id: "lost", expectation: "acceptable", meaning: "it was another owner's turn" },
    { id: "kept-out", expectation: "acceptable", meaning: "the stranger was not given the window" },
    {
      id: "got-in",
      expectation: "forbidden",
      meaning: "the stranger was placed in a reserved window",
      outOf: ["kept-out", "got-in"],
    },
    {
      id: "two-owners",
      expectation: "forbidden",
      meaning: "the window had a live owner",
      outOf: turns,
    },
    {
      id: "clobbered",
      expectation: "forbidden",
      meaning: "an owner found its page replaced",
      outOf: turns,
    },
  ],
  prepare: ({ kernel, arena, pageBytes }) => {
    kernel.mmap(arena, windowPages * pageBytes, PROT_NONE, privateAnonymous | MAP_FIXED);
  },
  open: (context) => (context.actor < 2 ? openOwner(context) : openStranger(context)),
};

function openOwner(context: ScriptContext): ScriptActor {
  const { kernel, arena, pageBytes, shared, actor, pause } = context;
  const bytes = windowPages * pageBytes;
  const holding = new Holding(context);
  const fixed = privateAnonymous | MAP_FIXED;
  return {
    step: () => {
      if (Atomics.compareExchange(shared, turn, 0, actor + 1) !== 0) return "lost";
      kernel.mmap(arena, bytes, writable, fixed);
      const intrusion = holding.begin(claim, arena);
      pause();
      const loss = holding.end(claim, arena);
      kernel.mmap(arena, bytes, PROT_NONE, fixed);
      // Given up last: the next owner must not be undone by this release.
      Atomics.store(shared, turn, 0);
      return intrusion ?? loss ?? "owner";
    },
    close: () => {
      if (actor === 0) kernel.munmap(arena, bytes);
    },
  };
}

function openStranger({ kernel, arena, pageBytes }: ScriptContext): ScriptActor {
  const wanted = { at: arena, bytes: windowPages * pageBytes, prot: writable };
  let steps = 0;
  return {
    step: () => {
      const answer = ask(kernel, wanted, steps++ % 2 === 0 ? "noreplace" : "hint");
      if (answer !== "placed") return lossOf(answer, "kept-out");
      kernel.munmap(arena, wanted.bytes);
      return "got-in";
    },
    close: () => {},
  };
}
