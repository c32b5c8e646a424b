/**
 * Plans the windows of a trial, before anybody races: pure functions from the maps and a geometry
 * to addresses. Keeps the arena away from everything that is mapped, and avoids two artefacts:
 * neighbours that merge, and page-table slots that a lone mapping fills and empties.
 */

import { UsageError } from "../errors.ts";
import { type Address, address, formatAddress, type Mapping, type Window } from "../model.ts";
import { mappingsIn } from "../sys/maps.ts";
import { formatBytes } from "../units.ts";

/**
 * What one entry of the top page table covers on 4-level x86-64 and arm64 with pages of 4 KiB.
 * Unmapping the last mapping of such a slot frees page tables and interrupts every CPU.
 */
export const slotBytes = 2 ** 39;

/** The kernel maps nothing below, whatever vm.mmap_min_addr says to an unprivileged process. */
const lowestAnchor = 2 ** 16;

/** Mappings above belong to the kernel's half: the vsyscall page. */
const kernelHalf = 2 ** 52;

/** The kernel's search from the top ends at a gap of this part of user space in any case. */
const openGapShare = 128;

/**
 * One entry of the lowest page-table level: windows start at its multiples, so none share a table.
 */
const tableBytes = 2 ** 21;

export interface ArenaRequest {
  readonly windows: number;
  readonly windowBytes: number;
  readonly pageBytes: number;
  /** Keep a page mapped at both ends of every slot that the arena touches. */
  readonly anchored: boolean;
  /** Where the arena must begin; undefined: where the maps leave room. */
  readonly at: Address | undefined;
}

export interface Arena {
  readonly start: Address;
  readonly end: Address;
  readonly windows: readonly Window[];
  /** Pages to keep mapped for the whole trial. */
  readonly anchors: readonly Address[];
}

/**
 * Lays out the windows, each with its own claim, a gap of at least a page between any two.
 * @throws UsageError where the arena does not fit, with what is in the way
 */
export function planArena(request: ArenaRequest, mappings: readonly Mapping[]): Arena {
  const userEnd = userSpaceEnd(mappings);
  if (request.at !== undefined) {
    const arena = layOut(request, request.at, userEnd);
    if (arena.end > userEnd) {
      throw new UsageError(
        `Cannot place the arena at ${formatAddress(request.at)}: it would end at ` +
          `${formatAddress(arena.end)}, beyond user space (${formatAddress(address(userEnd))}). ` +
          "Choose a lower --arena, or fewer or smaller windows.",
      );
    }
    const taken = occupantOf(arena, request, mappings);
    if (taken) {
      throw new UsageError(
        `Cannot place the arena at ${formatAddress(request.at)}: ${formatAddress(taken.start)}-` +
          `${formatAddress(taken.end)} ${taken.name || "(anonymous)"} is mapped there. ` +
          "Choose another --arena, or leave it out to have one found.",
      );
    }
    return arena;
  }
  // Above the random addresses that V8 maps at (the lower half), below a program's own.
  for (let base = (userEnd / 16) * 9; base < userEnd; base += slotBytes) {
    const arena = layOut(request, address(base), userEnd);
    if (arena.end <= userEnd && !occupantOf(arena, request, mappings)) return arena;
  }
  throw new UsageError(
    `Cannot find room for ${request.windows} windows of ${formatBytes(request.windowBytes)}: ` +
      `user space ends at ${formatAddress(address(userEnd))}. Ask for fewer or smaller windows.`,
  );
}

/**
 * Pages at both ends of every slot that [start, end) touches, where a page can be mapped at all.
 */
export function anchorsOf(
  start: number,
  end: number,
  { pageBytes, userEnd }: { readonly pageBytes: number; readonly userEnd: number },
): Address[] {
  const anchors: Address[] = [];
  for (let slot = slotOf(start); slot <= slotOf(end - 1); slot++) {
    anchors.push(address(slot * slotBytes), address((slot + 1) * slotBytes - pageBytes));
  }
  // The lowest and the highest slot are never lonely: they hold the program, or the stack.
  return anchors.filter((anchor) => anchor >= lowestAnchor && anchor < userEnd - pageBytes);
}

function slotOf(at: number): number {
  return Math.floor(at / slotBytes);
}

/**
 * Where user space ends: the power of two above the highest mapping that user space can have
 * (the vsyscall page lies in the kernel's half).
 */
export function userSpaceEnd(mappings: readonly Mapping[]): number {
  const highest = Math.max(0, ...mappings.map((m) => m.end).filter((end) => end < kernelHalf));
  return 2 ** Math.ceil(Math.log2(highest));
}

/** Where the kernel, searching from the top, puts what it may put anywhere. */
export interface Landing {
  /** Gaps that it would find before it comes to the open gap below all of them. */
  readonly gaps: readonly { readonly start: Address; readonly bytes: number }[];
  /** The mapping right above the open gap. */
  readonly lowest: Mapping | undefined;
}

/**
 * Finds the landing of mappings of the windows' size. What lands in a gap beside touched memory
 * shares its page tables, and its unmap costs a fifth more. The gap below the stack is the stack's,
 * and the slots of the windows are nobody's to fill.
 */
export function planLanding(mappings: readonly Mapping[], windows: readonly Window[]): Landing {
  const [first] = windows;
  const last = windows.at(-1);
  if (!first || !last) return { gaps: [], lowest: undefined };
  const openGapBytes = userSpaceEnd(mappings) / openGapShare;
  const arenaStart = slotOf(first.start) * slotBytes;
  const arenaEnd = (slotOf(last.start + last.bytes) + 1) * slotBytes;
  const gaps: { start: Address; bytes: number }[] = [];
  const descending = mappings.filter(({ end }) => end < kernelHalf).reverse();
  for (const [index, upper] of descending.entries()) {
    const lower = descending[index + 1];
    const gapBytes = upper.start - (lower?.end ?? 0);
    if (upper.name === "[stack]") continue;
    if (!lower || gapBytes >= openGapBytes) return { gaps, lowest: upper };
    const isArena = upper.start > arenaStart && lower.end < arenaEnd;
    if (gapBytes >= first.bytes && !isArena) gaps.push({ start: lower.end, bytes: gapBytes });
  }
  return { gaps, lowest: undefined };
}

function layOut(request: ArenaRequest, start: Address, userEnd: number): Arena {
  const { windowBytes, pageBytes } = request;
  const windows: Window[] = [];
  let at: number = start;
  for (let index = 0; index < request.windows; index++) {
    at = Math.ceil((at + pageBytes) / tableBytes) * tableBytes;
    // At both ends of a slot there is a page for the anchor and a page for the gap beside it.
    const slotStart = slotOf(at) * slotBytes;
    if (at - slotStart < 2 * pageBytes) at = slotStart + tableBytes;
    if (at + windowBytes > slotStart + slotBytes - 2 * pageBytes) {
      at = slotStart + slotBytes + tableBytes;
    }
    windows.push({ start: address(at), bytes: windowBytes, firstClaim: index, claims: 1 });
    at += windowBytes;
  }
  const end = address(at + pageBytes);
  return {
    start,
    end,
    windows,
    anchors: request.anchored ? anchorsOf(start, end, { pageBytes, userEnd }) : [],
  };
}

function occupantOf(
  arena: Arena,
  request: ArenaRequest,
  mappings: readonly Mapping[],
): Mapping | undefined {
  const ranges = [
    [arena.start, arena.end] as const,
    ...arena.anchors.map((anchor) => [anchor, anchor + request.pageBytes] as const),
  ];
  return ranges.flatMap(([start, end]) => mappingsIn(mappings, start, end))[0];
}
