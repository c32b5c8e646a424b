/**
 * What else a program has to know at this size, on these kernels, with these parts: only what
 * applies. The facts are those that `noclobber doctor` asks the kernel for. Pure.
 */

import type { PathGroup } from "../report/path-samples.ts";
import { plural } from "../report/wording.ts";
import type { AdviceRequest, Recommendation } from "../results/advice-schema.ts";
import type { Bite, PathRun } from "../results/path-schema.ts";
import { isFrom } from "../sys/version.ts";
import { formatBytes } from "../units.ts";
import { flagIsTrusted, minKernelOf, type Parts } from "./candidates.ts";

type Caveat = Recommendation["caveats"][number];

interface Situation {
  readonly parts: Parts;
  readonly request: AdviceRequest;
  readonly run: Pick<PathRun, "host" | "flagVerdict">;
  readonly group: PathGroup | undefined;
}

/** Those that apply, the ones that can hurt first. */
export function caveatsFor(situation: Situation): Caveat[] {
  return [
    ...detectionCaveats(situation),
    ...hugeHoleCaveat(situation),
    ...stackCaveat(situation),
    ...limitCaveats(situation),
    ...searchCaveats(situation),
    ...arenaCaveat(situation),
    ...placeCaveats(situation),
    hugePagesCaveat(situation),
  ];
}

function asksForAddress({ parts }: Situation): boolean {
  return parts.kind !== "over-reserve";
}

function passesFlag(situation: Situation): boolean {
  return asksForAddress(situation) && situation.parts.strategy !== "hint-munmap";
}

/** Whether a hint may ever be passed: by itself, or as the fallback. */
function passesHint({ parts }: Situation): boolean {
  return parts.strategy === "hint-munmap" || parts.strategy === "noreplace-or-hint";
}

function detectionCaveats(situation: Situation): Caveat[] {
  const { request, run } = situation;
  if (!passesFlag(situation)) return [];
  const min = minKernelOf(request);
  const ifdef =
    "#ifdef MAP_FIXED_NOREPLACE tells what the headers at build time knew. Define it as 0x100000 " +
    "where they lack it, and let the running kernel decide.";
  return [
    { topic: "#ifdef", text: ifdef },
    ...(isFrom(min, 4, 17) && run.flagVerdict !== "ignored"
      ? []
      : [
          {
            topic: "before 4.17",
            text:
              "The flag is an unknown bit there and is ignored: the address is a hint, and " +
              "what lands elsewhere has to be unmapped.",
          },
        ]),
    ...(flagIsTrusted(request) && run.flagVerdict !== "buggy"
      ? []
      : [
          {
            topic: "4.17, 4.18",
            text:
              "Until 7aa867dd8952 (October 2018; in 4.19) the flag overlooked a mapping that " +
              "begins inside the place, and replaced it. A version number does not tell, " +
              "because distributions carry fixes: test at run time, as the snippet does.",
          },
        ]),
    {
      topic: "layers",
      text:
        "gVisor took the flag for a hint until August 2026; QEMU's user mode 7.2 and rr's chaos " +
        "mode put free places elsewhere. Comparing the address is what finds that.",
    },
  ];
}

/** Bytes that one entry of the second lowest page-table level covers: 2 MiB with 4 KiB pages. */
function hugeBytesOf(pageBytes: number): number {
  return (pageBytes / 8) * pageBytes;
}

function hugeHoleCaveat(situation: Situation): Caveat[] {
  const { request, run, group } = situation;
  const hugeBytes = hugeBytesOf(run.host.pageBytes);
  const bites = bitesOf(group, "pmd-hole");
  const isRefusedHere = bites.some(({ hint }) => hint === "refused");
  const mayBe = request.bytes >= hugeBytes && !isFrom(minKernelOf(request), 6, 13);
  if (!asksForAddress(situation) || (!mayBe && !isRefusedHere)) return [];
  const huge = formatBytes(hugeBytes);
  const size = formatBytes(request.bytes);
  const isMultiple = request.bytes % hugeBytes === 0;
  const which = isMultiple
    ? `a multiple of ${huge}, as ${size} is`
    : `${huge} and more, as ${size}`;
  const effect = passesHint(situation)
    ? "a miss is then no sign that the place is taken"
    : "the flag is not affected, the hint of an older program is";
  return [
    {
      topic: "huge holes",
      text:
        `From 6.7 until 249608ee4713 (December 2024) a hint for a free hole between two mappings ` +
        `was ignored for sizes of ${which}: ${effect}. ${biteWords(bites)}`.trim(),
    },
  ];
}

function bitesOf(group: PathGroup | undefined, kind: Bite["case"]): Bite[] {
  const bites = group?.cases.flatMap(({ found }) => found.bites) ?? [];
  return bites.filter((bite) => bite.case === kind);
}

/** "Here a hint was refused in 3 of 7 forks."; "" where nobody looked. */
function biteWords(bites: readonly Bite[]): string {
  if (bites.length === 0) return "";
  const refused = bites.filter(({ hint }) => hint === "refused").length;
  const forks = plural(bites.length, "fork");
  return refused === 0
    ? `Here a hint got such a hole in all of ${forks}.`
    : `Here a hint was refused in ${refused} of ${forks}.`;
}

function stackCaveat(situation: Situation): Caveat[] {
  if (!asksForAddress(situation)) return [];
  const guard = formatBytes(256 * situation.run.host.pageBytes);
  const below =
    `Within stack_guard_gap (${guard}) below a MAP_GROWSDOWN mapping, a stack's among them, ` +
    "a hint for a free place is refused";
  const text = passesHint(situation)
    ? `${below}: that is a miss without anybody having taken the place.`
    : `${below}; the flag gets it, and the stack cannot grow into it any more.`;
  return [{ topic: "stacks", text }];
}

function limitCaveats(situation: Situation): Caveat[] {
  const { run, request } = situation;
  const addressSpace = passesHint(situation)
    ? "Near the limit a hint for a taken place answers ENOMEM, where the flag answers EEXIST: do " +
      "not take ENOMEM for a free place."
    : passesFlag(situation)
      ? "Near the limit a taken place answers EEXIST and a free one ENOMEM. Reservations count " +
        "against the limit, whatever is used of them."
      : "The alignment counts against the limit for a moment, too.";
  const overcommit =
    "With vm.overcommit_memory 2 the kernel ignores MAP_NORESERVE, and every writable " +
    "reservation counts as memory in use: reserve without access, and mprotect what is used. " +
    `Here it is ${run.host.overcommit}.`;
  return [
    { topic: "RLIMIT_AS", text: addressSpace },
    {
      topic: "map count",
      text:
        `At vm.max_map_count (${run.host.maxMapCount} here) every way answers ENOMEM, for a ` +
        "taken place as well; and the munmap of a part of a mapping can fail.",
    },
    ...(request.prot === "rw" ? [{ topic: "overcommit", text: overcommit }] : []),
  ];
}

function searchCaveats({ parts }: Situation): Caveat[] {
  switch (parts.search) {
    case "maps-text":
    case "cached-maps":
      return [
        {
          topic: "maps",
          text:
            "What the maps say is out of date when they have been read: it chooses a place to " +
            "try, and never entitles to MAP_FIXED. /proc may not be mounted, and fopen " +
            "allocates: an allocator reads with open and read.",
        },
      ];
    case "procmap-query":
      return [
        {
          topic: "maps",
          text:
            "PROCMAP_QUERY is in Linux 6.11 and later; elsewhere it answers ENOTTY. The " +
            "descriptor belongs to the address space that opened it: open it again after a fork.",
        },
      ];
    default:
      return [];
  }
}

function arenaCaveat({ parts, request }: Situation): Caveat[] {
  if (parts.kind !== "reserve-once") return [];
  const { threads, hold, bytes, alignBytes } = request;
  const pieces = threads * (hold + 1);
  const total = formatBytes(pieces * Math.ceil(bytes / alignBytes) * alignBytes);
  return [
    {
      topic: "arena",
      text:
        `It has ${pieces} pieces, ${total}, and no more: ${plural(threads, "thread")} with ` +
        `${hold} kept each and one in the making. Give a piece back by mapping over it with ` +
        "MAP_FIXED; after munmap it is anybody's.",
    },
  ];
}

function placeCaveats({ parts, request, run }: Situation): Caveat[] {
  const isOnePage = request.alignBytes === run.host.pageBytes;
  const anyAddress =
    "Without a range there is no reason to ask for an address, unless its bits mean something: " +
    (isOnePage
      ? "a plain mmap at no address is aligned to the page, and races with nobody."
      : "over-reserve races with nobody.");
  const slot =
    "On x86-64 with four levels of page tables, unmapping the last mapping of a 512 GiB slot " +
    "frees page tables and interrupts every CPU of the process: keep one page mapped there.";
  const tables =
    "Small places far apart share no page tables: touching one may cost three pages of them. " +
    "Nothing was touched here, so no figure shows that.";
  const isX64 = run.host.architecture === "x86_64";
  return [
    ...(request.anywhere ? [{ topic: "anywhere", text: anyAddress }] : []),
    ...(parts.kind === "race" && isX64 ? [{ topic: "lone slot", text: slot }] : []),
    ...(isScattered(parts, request) && request.bytes < hugeBytesOf(run.host.pageBytes)
      ? [{ topic: "page tables", text: tables }]
      : []),
  ];
}

/** Whether two places that follow each other in time may be far apart. */
function isScattered({ kind, search, retry }: Parts, { bytes, stepBytes }: AdviceRequest): boolean {
  if (kind !== "race" || search !== "none") return false;
  return retry !== "next-step" || stepBytes >= 2 * bytes;
}

function hugePagesCaveat({ request, run }: Situation): Caveat {
  const { transparentHugePages: setting, pageBytes } = run.host;
  const huge = hugeBytesOf(pageBytes);
  const size = formatBytes(huge);
  const fits = request.alignBytes % huge === 0 && request.bytes % huge === 0;
  const use = fits
    ? `size and alignment are multiples of ${size}, so that huge pages fit`
    : request.bytes < huge
      ? `a huge page of ${size} does not fit`
      : `size or alignment is no multiple of ${size}, so that small pages are at the ends`;
  return {
    topic: "huge pages",
    text:
      `Measured with transparent huge pages ${setting}; ${use}. The setting decides where the ` +
      "kernel puts what may go anywhere, and what touching costs: measure again where it differs.",
  };
}
