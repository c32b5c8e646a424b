/**
 * A window that is taken, asked for by a process that is near a limit. A hint goes on to look for
 * another place, meets the limit and answers ENOMEM: the caller never learns that the window is
 * taken. fixed-noreplace sees the occupant before RLIMIT_AS, but after vm.max_map_count.
 *
 *     window   |=|.......................|    its first page is the owner's
 *               ^ 8 GiB asked for with 4 GiB left, or any length with no mapping left
 *
 * Seen in a second on Linux 6.18, 2 CPUs:
 *
 *     address-space-hint       truth-hidden  573281, kept 821
 *     address-space-noreplace  truth-told   1042471, kept 836
 *     map-count-hint           truth-hidden     404, kept 792
 *     map-count-noreplace      truth-hidden     410, kept 779
 */

import { EEXIST, ENOMEM, PROT_NONE, PROT_READ, PROT_WRITE } from "../../sys/constants.ts";
import type { Kernel } from "../../sys/libc.ts";
import { ask, failureOf, flagsOf, type Wanted, type Way } from "../ask.ts";
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
  needFlag: ["address-space-noreplace"],
  outcomes: (variant) => [
    { id: "kept", expectation: "acceptable", meaning: "the owner found its page as it left it" },
    { id: "truth-told", expectation: "acceptable", meaning: "was told that the window is taken" },
    {
      id: "truth-hidden",
      expectation: variant === "address-space-noreplace" ? "forbidden" : "interesting",
      meaning: "ENOMEM, although the window is taken and no memory would help",
    },
    { id: "clobbered", expectation: "forbidden", meaning: "the owner's page was replaced" },
    {
      id: "leaked",
      expectation: "forbidden",
      meaning: "a misplaced mapping could not be unmapped",
    },
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
  const way: Way = variant.endsWith("hint") ? "hint" : "noreplace";
  const window = { at: arena, bytes: isMapCount ? pageBytes : 2 * roomBytes, prot: PROT_NONE };
  const attempt = () => kernel.mmap(window.at, window.bytes, window.prot, flagsOf(way));
  const restore = isMapCount ? holdMapCount(context) : lowerAddressSpaceLimit(pageBytes);
  return {
    step: () => {
      if (!isMapCount) return judge(attempt(), kernel, window);
      // Other threads must not meet the limit: seldom there, and never for long.
      Atomics.wait(shared, QUIET, 0, 1);
      return judge(atMapCount(context, arena + fillPage * pageBytes, attempt), kernel, window);
    },
    close: restore,
  };
}

/** Names what an attempt for the taken window came to, and unmaps what was misplaced. */
function judge(result: number, kernel: Kernel, { at, bytes }: Wanted): string {
  if (result === at) return "clobbered";
  if (result > 0 && kernel.munmap(result, bytes) < 0) return "leaked";
  if (result > 0 || result === -EEXIST) return "truth-told";
  return result === -ENOMEM ? "truth-hidden" : failureOf(result);
}

function openOwner(context: ScriptContext): ScriptActor {
  const { kernel, arena, pageBytes, shared } = context;
  const holding = new Holding(context);
  return {
    step: () => {
      holding.begin(claim, arena);
      Atomics.wait(shared, QUIET, 0, 1);
      return holding.end(claim, arena) ?? "kept";
    },
    close: () => {
      kernel.munmap(arena, pageBytes);
    },
  };
}
