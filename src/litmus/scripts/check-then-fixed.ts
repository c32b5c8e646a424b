/**
 * The race of sanitizers, of old Go and of DMTCP: a check that the window is free, then MAP_FIXED
 * as if it still were. Meanwhile another takes the window properly. The checks differ in what they
 * cost and so in how old their answer is; none is new enough. `noreplace` asks and takes at once.
 *
 *     checker   is it free?  ..........  MAP_FIXED        clobbers what
 *     owner                   NOREPLACE  [ holds it ]     came in between
 *     window    |            |==========================|
 */

import type { Address } from "../../model.ts";
import { MAP_FIXED, PROT_READ, PROT_WRITE } from "../../sys/constants.ts";
import { mincore, msync } from "../../sys/libc.ts";
import { readMaps } from "../../sys/maps.ts";
import { canQueryMappings, queryMapping } from "../../sys/procmap-query.ts";
import { ask, privateAnonymous } from "../ask.ts";
import { Holding } from "../holding.ts";
import type { Script, ScriptActor, ScriptContext } from "../script.ts";

type IsFree = (at: Address, bytes: number) => boolean;

/** The two system calls answer ENOMEM where a page is unmapped, and do not tell which. */
const checks: ReadonlyMap<string, IsFree> = new Map<string, IsFree>([
  ["maps-text", (at, bytes) => readMaps(at, at + bytes).length === 0],
  ["procmap-query", (at, bytes) => (queryMapping(at)?.start ?? Infinity) >= at + bytes],
  ["mincore", (at, bytes) => mincore(at, bytes) < 0],
  ["msync", (at, bytes) => msync(at, bytes) < 0],
]);

const claim = 0;
const prot = PROT_READ | PROT_WRITE;

export const checkThenFixed: Script = {
  id: "check-then-fixed",
  summary: "one checks that a window is free and takes it with MAP_FIXED, one takes it properly",
  actors: 2,
  variants: [...checks.keys(), "noreplace"],
  outcomes: (variant) => [
    { id: "placed", expectation: "acceptable", meaning: "took the window and had it to itself" },
    { id: "taken", expectation: "acceptable", meaning: "was told that the window is taken" },
    {
      id: "clobbered",
      expectation: variant === "noreplace" ? "forbidden" : "interesting",
      meaning: "a window in use was replaced or unmapped by somebody else",
    },
  ],
  unavailable: (variant) =>
    variant === "procmap-query" && !canQueryMappings()
      ? "this kernel has no PROCMAP_QUERY (Linux 6.11)"
      : undefined,
  open: (context) => {
    const isFree = checks.get(context.variant);
    return context.actor === 0 && isFree ? openChecker(context, isFree) : openOwner(context);
  },
};

function openChecker(context: ScriptContext, isFree: IsFree): ScriptActor {
  const { kernel, arena: at, pageBytes: bytes, pause } = context;
  const holding = new Holding(context);
  return {
    step: () => {
      if (!isFree(at, bytes)) return "taken";
      pause();
      kernel.mmap(at, bytes, prot, privateAnonymous | MAP_FIXED);
      const isAlone = holding.begin(claim, at);
      pause();
      const isIntact = holding.end(claim, at);
      // Unmapped in any case: after a clobber the other leaves it to this one.
      kernel.munmap(at, bytes);
      return isAlone && isIntact ? "placed" : "clobbered";
    },
    close: () => {},
  };
}

function openOwner(context: ScriptContext): ScriptActor {
  const { kernel, arena: at, pageBytes: bytes, pause } = context;
  const holding = new Holding(context);
  return {
    step: () => {
      if (ask(kernel, { at, bytes, prot }, "noreplace") !== "placed") return "taken";
      const isAlone = holding.begin(claim, at);
      pause();
      const isIntact = holding.end(claim, at);
      if (isIntact) kernel.munmap(at, bytes);
      return isAlone && isIntact ? "placed" : "clobbered";
    },
    close: () => {},
  };
}
