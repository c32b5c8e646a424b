/**
 * What a lost hint does to somebody who is not part of the quarrel. A asks for a window that a
 * third party holds; until its cleanup unmap, the misplaced mapping sits where the kernel puts what
 * may be anywhere. B's window is there, so B loses a window that nobody wanted. With fixed-
 * noreplace A leaves no trace.
 *
 *     B's window    |......|===============   right below what is mapped: where mappings land
 *                    ^ misplaced, for a moment
 *     third party   |======|                  in the arena
 *                    ^ asked for by A
 *
 * Seen in a second on Linux 6.18, 2 CPUs:
 *
 *     hint       placed  78216, made-to-lose 1482
 *     noreplace  placed 161629
 */

import { type Address, address } from "../../model.ts";
import { PROT_NONE } from "../../sys/constants.ts";
import { ask, flagsOf, privateAnonymous, type Way } from "../ask.ts";
import type { Script, ScriptActor, ScriptContext } from "../script.ts";

const windowPages = 64;
/** B looks again for the place after so many attempts: it moves when the process maps something. */
const attemptsPerPlace = 64;
/** Indices of `shared`: how many attempts A has begun, has noted, has ended; where they landed. */
const BEGUN = 0;
const NOTED = 1;
const ENDED = 2;
const LANDED = 3;
const remembered = 32;
/** Nobody stores or notifies here; sleeping means waiting for it. */
const QUIET = LANDED + remembered;

export const collateral: Script = {
  id: "collateral",
  summary: "a misplaced mapping sits for a moment in the window of somebody uninvolved",
  actors: 3,
  variants: ["hint", "noreplace"],
  needFlag: ["noreplace"],
  outcomes: (variant) => [
    { id: "placed", expectation: "acceptable", meaning: "B got its window" },
    {
      id: "made-to-lose",
      expectation: variant === "noreplace" ? "forbidden" : "interesting",
      meaning: "B lost its window to a misplaced mapping of A's, which did not want it",
    },
    {
      id: "lost-to-another",
      expectation: "acceptable",
      meaning: "B lost its window, and nothing of A's that it remembers was there",
    },
  ],
  open: (context) => {
    const openers = [openA, openB, openThirdParty];
    return (openers[context.actor] as typeof openA)(context);
  },
};

function openA({ kernel, arena, pageBytes, shared, pause, variant }: ScriptContext): ScriptActor {
  const bytes = windowPages * pageBytes;
  const flags = flagsOf(variant as Way);
  return {
    step: () => {
      const attempt = Atomics.add(shared, BEGUN, 1);
      const result = kernel.mmap(arena, bytes, PROT_NONE, flags);
      const isMisplaced = result > 0 && result !== arena;
      Atomics.store(shared, LANDED + (attempt % remembered), isMisplaced ? result / pageBytes : 0);
      Atomics.add(shared, NOTED, 1);
      pause();
      if (result > 0) kernel.munmap(result, bytes);
      Atomics.add(shared, ENDED, 1);
      return undefined;
    },
    close: () => {},
  };
}

function openB({ kernel, pageBytes, shared }: ScriptContext): ScriptActor {
  const bytes = windowPages * pageBytes;
  let place = address(0);
  let attempts = 0;
  return {
    step: () => {
      if (attempts++ % attemptsPerPlace === 0) place = landingOf(bytes, kernel);
      const since = Atomics.load(shared, ENDED);
      const answer = ask(kernel, { at: place, bytes, prot: PROT_NONE }, "noreplace");
      if (answer === "placed") {
        kernel.munmap(place, bytes);
        return "placed";
      }
      if (landedOn(shared, since, place / pageBytes)) return "made-to-lose";
      attempts = 0;
      return "lost-to-another";
    },
    close: () => {},
  };
}

function openThirdParty({ kernel, arena, pageBytes, shared }: ScriptContext): ScriptActor {
  const bytes = windowPages * pageBytes;
  let holds = false;
  const release = () => {
    if (holds) kernel.munmap(arena, bytes);
    holds = false;
  };
  return {
    step: () => {
      release();
      const answer = ask(kernel, { at: arena, bytes, prot: PROT_NONE }, "noreplace");
      holds = answer === "placed";
      if (holds) Atomics.wait(shared, QUIET, 0, 1);
      return undefined;
    },
    close: release,
  };
}

/** Where an unaddressed mapping lands now. */
function landingOf(bytes: number, kernel: ScriptContext["kernel"]): Address {
  const result = kernel.mmap(0, bytes, PROT_NONE, privateAnonymous);
  if (result > 0) kernel.munmap(result, bytes);
  return address(result);
}

/** Whether one of A's attempts that were not over at `since` landed on the window at `page`. */
function landedOn(shared: Int32Array, since: number, page: number): boolean {
  const begun = Atomics.load(shared, BEGUN);
  // The last of them may not have noted yet where it landed; A never stops before it has.
  for (let noted = Atomics.load(shared, NOTED); noted < begun; ) {
    Atomics.wait(shared, NOTED, noted, 1);
    noted = Atomics.load(shared, NOTED);
  }
  for (let attempt = since; attempt < begun; attempt++) {
    const landed = Atomics.load(shared, LANDED + (attempt % remembered));
    // Page numbers are stored modulo 2^32: compare them so.
    if (landed !== 0 && Math.abs((landed - page) | 0) < windowPages) return true;
  }
  return false;
}
