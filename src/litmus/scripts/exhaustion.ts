/**
 * A window that is taken, asked for by a process that is near a limit. A hint goes on to look for
 * another place, meets the limit and answers ENOMEM: the caller never learns that the window is
 * taken. fixed-noreplace sees the occupant before RLIMIT_AS, but after vm.max_map_count.
 *
 *     window   |=|.......................|    its first page is the owner's
 *               ^ 8 GiB asked for with 4 GiB left, or any length with no mapping left
 */

import {
  EEXIST,
  ENOMEM,
  errnoName,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from "../../sys/constants.ts";
import { ask, flagsOf, type Way } from "../ask.ts";
import { Holding } from "../holding.ts";
import type { Script, ScriptActor, ScriptContext } from "../script.ts";
import {
  atMapCount,
  holdMapCount,
  lowerAddressSpaceLimit,
  maxMapCount,
  roomBytes,
} from "../shortage.ts";

/** Filling more takes too long, and too much kernel memory. */
const mostMaps = 200_000;
const claim = 0;
/** Index of `shared` that nobody stores to. */
const QUIET = 1;
/** Where in the arena the last mappings are made. */
const fillPage = 64;

export const exhaustion: Script = {
  id: "exhaustion",
  summary: "asking for a taken window near RLIMIT_AS and vm.max_map_count",
  actors: 2,
  variants: [
    "address-space-hint",
    "address-space-noreplace",
    "map-count-hint",
    "map-count-noreplace",
  ],
  outcomes: (variant) => [
    { id: "kept", expectation: "acceptable", meaning: "the owner found its page as it left it" },
    { id: "truth-told", expectation: "acceptable", meaning: "was told that the window is taken" },
    {
      id: "truth-hidden",
      expectation: variant === "address-space-noreplace" ? "forbidden" : "interesting",
      meaning: "ENOMEM, although the window is taken and no memory would help",
    },
    { id: "clobbered", expectation: "forbidden", meaning: "the owner's page was replaced" },
  ],
  unavailable: (variant) =>
    variant.startsWith("map-count") && maxMapCount() > mostMaps
      ? `vm.max_map_count is ${maxMapCount()}, too many to fill (at most ${mostMaps})`
      : undefined,
  prepare: ({ kernel, arena, pageBytes }) => {
    const page = { at: arena, bytes: pageBytes, prot: PROT_READ | PROT_WRITE };
    ask(kernel, page, "noreplace");
  },
  open: (context) => (context.actor === 0 ? openAsker(context) : openOwner(context)),
};

function openAsker(context: ScriptContext): ScriptActor {
  const { kernel, arena, pageBytes, shared, variant } = context;
  const isMapCount = variant.startsWith("map-count");
  const flags = flagsOf(variant.endsWith("hint") ? "hint" : ("noreplace" satisfies Way));
  const bytes = isMapCount ? pageBytes : 2 * roomBytes;
  const attempt = () => kernel.mmap(arena, bytes, PROT_NONE, flags);
  const restore = isMapCount ? holdMapCount(context) : lowerAddressSpaceLimit(pageBytes);
  return {
    step: () => {
      if (!isMapCount) return judge(attempt());
      // Other threads must not meet the limit: seldom there, and never for long.
      Atomics.wait(shared, QUIET, 0, 1);
      return judge(atMapCount(context, arena + fillPage * pageBytes, attempt));
    },
    close: restore,
  };

  function judge(result: number): string {
    if (result === arena) return "clobbered";
    if (result > 0) kernel.munmap(result, bytes);
    if (result > 0 || result === -EEXIST) return "truth-told";
    return result === -ENOMEM ? "truth-hidden" : `failed-${errnoName(-result)}`;
  }
}

function openOwner(context: ScriptContext): ScriptActor {
  const { kernel, arena, pageBytes, shared } = context;
  const holding = new Holding(context);
  return {
    step: () => {
      const isAlone = holding.begin(claim, arena);
      Atomics.wait(shared, QUIET, 0, 1);
      return holding.end(claim, arena) && isAlone ? "kept" : "clobbered";
    },
    close: () => {
      kernel.munmap(arena, pageBytes);
    },
  };
}
