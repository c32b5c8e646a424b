/** What is known of a way before it is measured: in words, whether it is sound, whether it runs. */

import { searchOf } from "../search/index.ts";
import type { Way } from "./way.ts";

/** In one line. */
export function describeWay(way: Way): string {
  switch (way.kind) {
    case "searching": {
      const parts = [
        way.search === "none" ? "no search" : `search ${way.search}`,
        way.strategy,
        `retry ${way.retry}`,
        ...(way.locked ? ["under a lock of the process"] : []),
        ...(way.acceptsInRange ? ["keeps what lands in the range"] : []),
      ];
      return parts.join(", ");
    }
    case "arena":
      return "one reservation before the race, a bitmap in shared memory, MAP_FIXED inside";
    case "trim":
      return "mmap anywhere for size and alignment together, munmap of what stands over";
    case "restore":
      return way.placeholder
        ? "munmap, a placeholder with the no-replace flag, MAP_FIXED over it"
        : "munmap, then MAP_FIXED at the same address";
    case "carve":
      return `commit by ${way.commit}, free by ${way.free}${way.touch ? ", touched" : ""}`;
    default:
      return way satisfies never;
  }
}

/**
 * Whether it may take what somebody else has. A lock helps against those who take it; a piece that
 * was freed with munmap is anybody's, and committed with MAP_FIXED all the same.
 */
export function soundnessOf(way: Way): "sound" | "unsound" | "sound-if-all" {
  if (way.kind === "searching") {
    if (way.strategy !== "check-then-fixed") return "sound";
    return way.locked ? "sound-if-all" : "unsound";
  }
  if (way.kind === "restore") return way.placeholder ? "sound" : "unsound";
  return way.kind === "carve" && way.free === "munmap" ? "unsound" : "sound";
}

/** Whether every place that it takes lies in the range of the profile. */
export function keepsRange({ kind }: Way): boolean {
  return kind !== "trim";
}

/** Why it cannot run on this kernel, if it cannot. */
export function unavailableWay(way: Way): string | undefined {
  return way.kind === "searching" ? searchOf(way.search).unavailable?.() : undefined;
}
