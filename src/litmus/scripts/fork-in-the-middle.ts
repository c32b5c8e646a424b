/**
 * Two actors race for windows with fixed-noreplace while a third forks the process again and again.
 * A fork copies the whole address space under mmap_lock and turns every written page into one that
 * is copied at the next write; the parent's windows must come through it unchanged.
 *
 *     parent  |==A==|     |==B==|     |..  ->  |==A==|     |==B==|     |..   the same owners
 *     child                                    |==A==|     |==B==|     |..   gone with its exec
 *
 * Seen in a second on Linux 6.18, 2 CPUs:
 *
 *     noreplace  placed 12642, taken 3940, forked 248
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { address } from "../../model.ts";
import { PROT_READ, PROT_WRITE } from "../../sys/constants.ts";
import { ask, lossOf } from "../ask.ts";
import { Holding } from "../holding.ts";
import type { Script, ScriptActor, ScriptContext } from "../script.ts";

/** Node forks in native code, where the child does nothing but exec: safe among threads. */
const program = "/bin/true";
const windows = 4;
const windowPages = 16;
/** One placed window in so many is held for a millisecond, long enough for a fork. */
const placedPerLongHold = 16;
/** Index of `shared` behind the claims that nobody stores to. */
const QUIET = windows;

export const forkInTheMiddle: Script = {
  id: "fork-in-the-middle",
  summary: "two race for windows while a third forks the process",
  actors: 3,
  variants: ["noreplace"],
  outcomes: () => [
    { id: "placed", expectation: "acceptable", meaning: "had the window to itself, forks or not" },
    { id: "taken", expectation: "acceptable", meaning: "the window had an owner" },
    { id: "forked", expectation: "acceptable", meaning: "a child was made, and ended" },
    {
      id: "fork-failed",
      expectation: "interesting",
      meaning: "no child could be made: too many processes, or too little memory to copy",
    },
    { id: "two-owners", expectation: "forbidden", meaning: "a window with an owner was placed" },
    {
      id: "clobbered",
      expectation: "forbidden",
      meaning: "an owner found another's claim at its release, or not what it had written",
    },
  ],
  unavailable: () => (existsSync(program) ? undefined : `there is no ${program} to run`),
  open: (context) => (context.actor === 2 ? openForker() : openOwner(context)),
};

function openOwner(context: ScriptContext): ScriptActor {
  const { kernel, arena, pageBytes, random, pause, shared } = context;
  const bytes = windowPages * pageBytes;
  const prot = PROT_READ | PROT_WRITE;
  const holding = new Holding(context);
  let placed = 0;
  return {
    step: () => {
      const window = Math.floor(random() * windows);
      const at = address(arena + 2 * window * bytes);
      const answer = ask(kernel, { at, bytes, prot }, "noreplace");
      if (answer !== "placed") return lossOf(answer, "taken");
      const double = holding.begin(window, at);
      pause();
      if (placed++ % placedPerLongHold === 0) Atomics.wait(shared, QUIET, 0, 1);
      const clobber = holding.end(window, at);
      kernel.munmap(at, bytes);
      return double ?? clobber ?? "placed";
    },
    close: () => {},
  };
}

function openForker(): ScriptActor {
  return {
    step: () => {
      const { status } = spawnSync(program, { stdio: "ignore" });
      return status === 0 ? "forked" : "fork-failed";
    },
    close: () => {},
  };
}
