/**
 * The race of sanitizers, of old Go and of DMTCP: a check that the window is free, then MAP_FIXED
 * as if it still were. Meanwhile another takes the window properly. The checks differ in what they
 * cost and so in how old their answer is; none is new enough. `noreplace` asks and takes at once.
 *
 *     checker   is it free?  ..........  MAP_FIXED        clobbers what
 *     owner                   NOREPLACE  [ holds it ]     came in between
 *     window    |            |==========================|
 *
 * Seen in a second on Linux 6.18, 2 CPUs:
 *
 *     maps-text      placed  938, taken   1183, two-owners 1351, clobbered 1381, kept 21756
 *     procmap-query  placed 6804, taken  40947, two-owners 8256, clobbered 8262, kept  6051
 *     mincore        placed 6549, taken  34993, two-owners 4559, clobbered 4562, kept  5800
 *     msync          placed 6076, taken 114828, two-owners 4181, clobbered 4205, kept  5696
 *     noreplace      placed 10710, taken 54652, kept 8918
 */

import type { Address } from "../../model.ts";
import { MAP_FIXED, PROT_READ, PROT_WRITE } from "../../sys/constants.ts";
import { mincore, msync } from "../../sys/libc.ts";
import { readMaps } from "../../sys/maps.ts";
import { canQueryMappings, queryMapping } from "../../sys/procmap-query.ts";
import { ask, lossOf, privateAnonymous } from "../ask.ts";
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
  outcomes: (variant) => {
    const broken = variant === "noreplace" ? "forbidden" : "interesting";
    return [
      { id: "placed", expectation: "acceptable", meaning: "the checker had the window to itself" },
      { id: "taken", expectation: "acceptable", meaning: "the checker saw that it was taken" },
      { id: "kept", expectation: "acceptable", meaning: "the owner had the window to itself" },
      { id: "lost", expectation: "acceptable", meaning: "the owner did not get the window" },
      {
        id: "two-owners",
        expectation: broken,
        meaning: "one of the two placed its window where the other still had its own",
        // How often a MAP_FIXED clobbers: the owner's turns say nothing of that.
        outOf: ["placed", "two-owners"],
      },
      {
        id: "clobbered",
        expectation: broken,
        meaning: "one of the two found its window replaced or unmapped before it let go",
      },
    ];
  },
  unavailable: (variant) =>
    variant === "procmap-query" && !canQueryMappings()
      ? "this kernel has no PROCMAP_QUERY (Linux 6.11)"
      : undefined,
  open: (context) => {
    const isFree = checks.get(context.variant);
    if (context.actor === 1) return openOwner(context, "kept", "lost");
    return isFree ? openChecker(context, isFree) : openOwner(context, "placed", "taken");
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
      const double = holding.begin(claim, at);
      pause();
      const clobber = holding.end(claim, at);
      // Unmapped in any case: after a clobber the other leaves it to this one.
      kernel.munmap(at, bytes);
      return double ?? clobber ?? "placed";
    },
    close: () => {},
  };
}

function openOwner(context: ScriptContext, won: string, lost: string): ScriptActor {
  const { kernel, arena: at, pageBytes: bytes, pause } = context;
  const holding = new Holding(context);
  return {
    step: () => {
      const answer = ask(kernel, { at, bytes, prot }, "noreplace");
      if (answer !== "placed") return lossOf(answer, lost);
      const double = holding.begin(claim, at);
      pause();
      const clobber = holding.end(claim, at);
      if (!clobber) kernel.munmap(at, bytes);
      return double ?? clobber ?? won;
    },
    close: () => {},
  };
}
