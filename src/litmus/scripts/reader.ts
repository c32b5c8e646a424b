/**
 * One actor replaces pieces of a mapping with MAP_FIXED, each time with another protection, so that
 * the kernel splits and merges its mappings. There is something mapped in the whole range at every
 * moment. The other reads the maps: does it ever see a gap? Since Linux 6.17 readers do not take
 * mmap_lock; before that the text was read in portions, with the lock given up between them. The
 * variants in two calls, munmap and mmap, have a gap that there is; they show that the reader would
 * see one.
 *
 *     before  |rrrrrrrrrrrrrrrr|        reader   |rrrr|    |rrrr|  ?
 *     after   |rrrr|wwwwww|rrrr|
 *
 * Seen in a second on Linux 6.18, 2 CPUs:
 *
 *     maps-text                no-gap   5309
 *     procmap-query            no-gap 150778
 *     maps-text-two-calls      no-gap   1529, gap-seen  3525
 *     procmap-query-two-calls  no-gap 151728, gap-seen 38954
 */

import type { Address } from "../../model.ts";
import { MAP_FIXED, PROT_READ, PROT_WRITE } from "../../sys/constants.ts";
import { readMaps } from "../../sys/maps.ts";
import { canQueryMappings, queryMapping, type Range } from "../../sys/procmap-query.ts";
import { privateAnonymous } from "../ask.ts";
import type { Script, ScriptActor, ScriptContext } from "../script.ts";

const windowPages = 16;
const twoCalls = "-two-calls";

export const reader: Script = {
  id: "reader",
  summary: "one replaces pieces of a mapping with MAP_FIXED, one looks for gaps in it",
  actors: 2,
  variants: ["maps-text", "procmap-query", "maps-text-two-calls", "procmap-query-two-calls"],
  outcomes: (variant) => [
    { id: "no-gap", expectation: "acceptable", meaning: "the reader saw the whole range mapped" },
    {
      id: "gap-seen",
      expectation: "interesting",
      meaning: variant.endsWith(twoCalls)
        ? "the reader saw a hole, and there was one between munmap and mmap"
        : "the reader saw a hole in a range that was never unmapped",
    },
  ],
  unavailable: (variant) =>
    variant.startsWith("procmap-query") && !canQueryMappings()
      ? "this kernel has no PROCMAP_QUERY (Linux 6.11)"
      : undefined,
  prepare: ({ kernel, arena, pageBytes }) => {
    kernel.mmap(arena, windowPages * pageBytes, PROT_READ, privateAnonymous | MAP_FIXED);
  },
  open: (context) => (context.actor === 0 ? openReplacer(context) : openReader(context)),
};

function openReplacer(context: ScriptContext): ScriptActor {
  const { kernel, arena, pageBytes, random, pause, variant } = context;
  let isWritable = false;
  return {
    step: () => {
      const first = Math.floor(random() * windowPages);
      const pages = 1 + Math.floor(random() * (windowPages - first));
      isWritable = !isWritable;
      const prot = isWritable ? PROT_READ | PROT_WRITE : PROT_READ;
      const at = arena + first * pageBytes;
      if (variant.endsWith(twoCalls)) kernel.munmap(at, pages * pageBytes);
      kernel.mmap(at, pages * pageBytes, prot, privateAnonymous | MAP_FIXED);
      pause();
      return undefined;
    },
    close: () => {
      kernel.munmap(arena, windowPages * pageBytes);
    },
  };
}

function openReader({ arena, pageBytes, random, variant }: ScriptContext): ScriptActor {
  return {
    step: () => {
      if (variant.startsWith("maps-text")) {
        const end = arena + windowPages * pageBytes;
        return covers(readMaps(arena, end), arena, end) ? "no-gap" : "gap-seen";
      }
      const at = (arena + Math.floor(random() * windowPages) * pageBytes) as Address;
      const found = queryMapping(at);
      return found && covers([found], at, at + pageBytes) ? "no-gap" : "gap-seen";
    },
    close: () => {},
  };
}

/** Whether ranges, ascending by start, leave no byte of [from, to) out. */
function covers(ranges: readonly Range[], from: number, to: number): boolean {
  let covered = from;
  for (const { start, end } of ranges) {
    if (start > covered) return false;
    covered = Math.max(covered, end);
  }
  return covered >= to;
}
