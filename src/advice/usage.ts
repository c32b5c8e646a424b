/**
 * How to use what is recommended: the sentence that names it, the flags of its mmap, what each
 * result means, and whether the program needs a second way. Pure.
 */

import type { AdviceRequest, Recommendation } from "../results/advice-schema.ts";
import type { PathRun } from "../results/path-schema.ts";
import { formatBytes } from "../units.ts";
import { flagIsTrusted, type Parts } from "./candidates.ts";
import { isPlain } from "./snippet.ts";

/** The recommendation in one sentence, and another where there is no need for an address. */
export function sentenceFor(parts: Parts, request: AdviceRequest, host: PathRun["host"]): string {
  const sentence = wayFor(parts, request, host);
  if (!request.anywhere || parts.kind === "over-reserve") return sentence;
  const plain = isPlain(request)
    ? "a plain mmap with no address"
    : "a larger mmap with no address, trimmed,";
  return (
    `${sentence}. No --range was asked for: unless the address itself matters, ${plain} is the ` +
    "thing to do, and races with nobody"
  );
}

function wayFor(
  { kind, strategy, search, retry }: Parts,
  request: AdviceRequest,
  { kernelRelease, transparentHugePages }: PathRun["host"],
): string {
  const { bytes, alignBytes, low, high, anywhere, threads, hold } = request;
  const size = formatBytes(bytes);
  const where = anywhere && kind === "over-reserve" ? "" : ` in ${low}-${high}`;
  const at = `at multiples of ${formatBytes(alignBytes)}${where}`;
  const on = `On Linux ${kernelRelease} with transparent huge pages ${transparentHugePages}`;
  switch (kind) {
    case "over-reserve": {
      if (isPlain(request)) {
        return (
          `${on}, take ${size} ${at} by a plain mmap with no address, which is aligned to the ` +
          "page (measured as over-reserve, which trims as well)"
        );
      }
      const total = formatBytes(bytes + alignBytes);
      return (
        `${on}, take ${size} ${at} by over-reserve: map ${total} wherever the kernel likes, and ` +
        "unmap what stands over"
      );
    }
    case "reserve-once": {
      const pieces = threads * (hold + 1);
      return (
        `${on}, take ${size} ${at} by reserve-once: one reservation of ${pieces} pieces with ` +
        `${strategy} before the threads start, a bitmap of its pieces, MAP_FIXED inside`
      );
    }
    case "race":
      return (
        `${on}, take ${size} ${at} with ${strategy}, ` +
        (search === "none" ? "no search" : `the search ${search}`) +
        ` and the retry rule ${retry}: ${retryWords(retry, request)}`
      );
    default:
      return kind satisfies never;
  }
}

function retryWords(retry: string, { stepBytes }: AdviceRequest): string {
  const step = formatBytes(stepBytes);
  switch (retry) {
    case "next-step":
      return `from the low end up by ${step} until a place is had`;
    case "random":
      return "any place at random until one is had";
    case "both-ends":
      return `from both ends inwards by ${step} until a place is had`;
    default:
      return "the lowest gap, and after a loss the next one above the lost place";
  }
}

/** Of the mmap that takes a place. */
export function flagsFor({ kind, strategy }: Parts): string[] {
  const common = ["MAP_PRIVATE", "MAP_ANONYMOUS", "MAP_NORESERVE"];
  const passesFlag = strategy === "fixed-noreplace" || strategy === "noreplace-or-hint";
  return [
    ...common,
    ...(passesFlag ? ["MAP_FIXED_NOREPLACE"] : []),
    ...(kind === "reserve-once" ? ["MAP_FIXED (inside the arena alone)"] : []),
  ];
}

/** What each result of that mmap means, and what is to be done. */
export function checksFor({ kind, strategy }: Parts): Recommendation["checks"] {
  if (kind === "over-reserve") {
    return [
      { result: "an address", means: "yours, with what stands over at both ends: unmap that" },
      { result: "ENOMEM", means: "a limit or no room: there is nothing to retry" },
    ];
  }
  const passesFlag = strategy !== "hint-munmap";
  return [
    { result: "the address asked for", means: "the place is yours" },
    ...(passesFlag
      ? [{ result: "EEXIST", means: "somebody has it: nothing was mapped, retry" }]
      : []),
    {
      result: "another address",
      means: passesFlag
        ? "the flag was not understood: unmap what you got, then as EEXIST"
        : "taken, or refused for other reasons: unmap what you got, then retry",
    },
    {
      result: "ENOMEM",
      means: passesFlag
        ? "RLIMIT_AS, vm.max_map_count or the end of user space: stop retrying"
        : "a limit, which hides whether the place is taken: stop retrying",
    },
    { result: "any other errno", means: "a mistake or a policy (EINVAL, EPERM): stop retrying" },
  ];
}

/** Whether the program needs a second way beside the recommended one. */
export function fallbackFor(
  { kind, strategy }: Parts,
  request: AdviceRequest,
  verdict: PathRun["flagVerdict"],
): Recommendation["fallback"] {
  if (kind === "over-reserve") {
    return { needed: false, why: "no address is asked for, so no kernel can refuse it" };
  }
  if (strategy === "hint-munmap") {
    return { needed: false, why: "a hint is understood by every kernel" };
  }
  if (strategy === "fixed-noreplace") {
    const why =
      `the flag is in every kernel from ${request.minKernel} on without its first bug; compare ` +
      "the address all the same, because emulators and sandboxes below a program may not know it";
    return { needed: false, why };
  }
  const here = verdict === "supported" ? "" : ` Here the flag is ${verdict}.`;
  const older = flagIsTrusted(request)
    ? ""
    : ` Kernels from ${request.minKernel} on are to be supported: before 4.17 they ignore the ` +
      "flag, and from 4.17 to October 2018 (7aa867dd8952) it can clobber.";
  return {
    needed: true,
    why:
      "a test at run time decides between the flag and a hint with unmap, once, before the first " +
      `thread starts.${here}${older}`,
  };
}
