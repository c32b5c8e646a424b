/**
 * Windows that are free and that a hint does not get. Every misplacement is checked at once by
 * asking for the same window with fixed-noreplace: if that gets it, and the owner was away all the
 * while, nothing was in the way.
 *
 *     growsdown-gap  |.....[window].....|G|     1 to 255 pages below a MAP_GROWSDOWN mapping
 *     clear-of-gap   |.[window]....           ............|G|       far below: never refused
 *     pmd-hole       |A|[window of 2 MiB]|B|    exactly the hole between two mappings
 *
 * An owner takes the whole zone in which windows lie, and leaves it again, so that `occupied` and
 * `refused` are told apart while both happen.
 *
 * Seen in a second on Linux 6.18, 2 CPUs:
 *
 *     growsdown-gap  refused  51190, occupied 65301, undecided 899
 *     clear-of-gap   placed  108390, occupied 46798, undecided 252
 *     pmd-hole       placed  163004, occupied 59029, undecided 262
 */

import { MAP_FIXED, MAP_GROWSDOWN, PROT_NONE, PROT_READ, PROT_WRITE } from "../../sys/constants.ts";
import { pageBytes as systemPageBytes } from "../../sys/libc.ts";
import { ask, privateAnonymous, type Wanted } from "../ask.ts";
import { type Script, type ScriptActor, type ScriptContext, scriptPages } from "../script.ts";

/** stack_guard_gap, unless the kernel was booted with another. */
const gapPages = 256;
const smallWindowPages = 4;
const stackPage = 1024;
const pmdBytes = 2 ** 21;
/** The page size whose page tables map 2 MiB each, which is what `pmd-hole` is about. */
const pmdPageBytes = 4096;

/** Indices of `shared`: odd while the owner may have the zone; and what nobody stores to. */
const EPOCH = 0;
const QUIET = 1;

/** Why a variant refuses, for its table. */
const meanings: Readonly<Record<string, string>> = {
  "growsdown-gap":
    "free, but a hint keeps 256 pages away from a stack (Linux 4.12 and later; before, one page)",
  "clear-of-gap": "free, far from any stack, and yet a hint did not get it",
  "pmd-hole":
    "free, but a hint for 2 MiB did not get it (Linux 6.7 until 249608ee4713, December 2024)",
};

export const refused: Script = {
  id: "refused",
  summary: "free windows that a hint does not get, told apart from occupied ones",
  actors: 2,
  variants: Object.keys(meanings),
  outcomes: (variant) => [
    { id: "placed", expectation: "acceptable", meaning: "the hint got the window" },
    { id: "occupied", expectation: "acceptable", meaning: "misplaced: the window was taken" },
    {
      id: "refused",
      expectation: variant === "clear-of-gap" ? "forbidden" : "interesting",
      meaning: meanings[variant] as string,
    },
    {
      id: "undecided",
      expectation: "acceptable",
      meaning: "misplaced, and the owner came or went before the check",
    },
  ],
  prepare: (context) => {
    const { kernel, pageBytes } = context;
    for (const { at, flags } of layOut(context).neighbours) {
      kernel.mmap(at, pageBytes, PROT_READ | PROT_WRITE, privateAnonymous | MAP_FIXED | flags);
    }
  },
  unavailable: (variant) =>
    variant === "pmd-hole" && systemPageBytes() !== pmdPageBytes
      ? `pages are of ${systemPageBytes()} bytes, so that a hole of a page table is not 2 MiB`
      : undefined,
  open: (context) => (context.actor === 0 ? openAsker(context) : openOwner(context)),
};

interface Layout {
  readonly neighbours: readonly { readonly at: number; readonly flags: number }[];
  readonly zone: Wanted;
  readonly windowBytes: number;
}

function layOut({ arena, pageBytes, variant }: ScriptContext): Layout {
  if (variant === "pmd-hole") {
    const at = Math.ceil((arena + pageBytes) / pmdBytes) * pmdBytes;
    return {
      neighbours: [at - pageBytes, at + pmdBytes].map((page) => ({ at: page, flags: 0 })),
      zone: { at, bytes: pmdBytes, prot: PROT_NONE },
      windowBytes: pmdBytes,
    };
  }
  const zonePages = gapPages + smallWindowPages - 2;
  const firstPage = variant === "growsdown-gap" ? stackPage - 1 - zonePages : 0;
  const zone = { at: arena + firstPage * pageBytes, bytes: zonePages * pageBytes, prot: PROT_NONE };
  return {
    neighbours: [{ at: arena + stackPage * pageBytes, flags: MAP_GROWSDOWN }],
    zone,
    windowBytes: smallWindowPages * pageBytes,
  };
}

function openAsker(context: ScriptContext): ScriptActor {
  const { kernel, arena, pageBytes, shared, random } = context;
  const { zone, windowBytes: bytes } = layOut(context);
  const places = (zone.bytes - bytes) / pageBytes + 1;
  return {
    step: () => {
      const at = zone.at + Math.floor(random() * places) * pageBytes;
      const epoch = Atomics.load(shared, EPOCH);
      const answer = ask(kernel, { at, bytes, prot: PROT_NONE }, "hint");
      if (answer === "placed") kernel.munmap(at, bytes);
      if (answer !== "misplaced") return answer;
      const check = ask(kernel, { at, bytes, prot: PROT_NONE }, "noreplace");
      if (check === "rejected") return "occupied";
      if (check === "placed") kernel.munmap(at, bytes);
      const wasAway = epoch % 2 === 0 && Atomics.load(shared, EPOCH) === epoch;
      return check === "placed" && wasAway ? "refused" : "undecided";
    },
    close: () => {
      kernel.munmap(arena, scriptPages * pageBytes);
    },
  };
}

function openOwner(context: ScriptContext): ScriptActor {
  const { kernel, shared } = context;
  const { zone } = layOut(context);
  return {
    step: () => {
      Atomics.add(shared, EPOCH, 1);
      if (ask(kernel, zone, "noreplace") === "placed") {
        Atomics.wait(shared, QUIET, 0, 1);
        kernel.munmap(zone.at, zone.bytes);
      }
      Atomics.add(shared, EPOCH, 1);
      Atomics.wait(shared, QUIET, 0, 1);
      return undefined;
    },
    close: () => {},
  };
}
