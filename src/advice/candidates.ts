/**
 * The ways of a run as candidates: what each consists of, and what stands against it, from worst
 * to mildest: that it is unsafe here, that it is not there on every kernel asked for, that it gives
 * up. Pure.
 */

import type { ProfileDigest, WayRow } from "../report/path-rows.ts";
import { harmOf } from "../report/path-safety.ts";
import { formatShare, plural } from "../report/wording.ts";
import type {
  AdviceRequest,
  Evidence,
  Recommendation,
  Rejected,
} from "../results/advice-schema.ts";
import type { PathProfile, PathRun } from "../results/path-schema.ts";
import { isFrom, parseVersion, type Version } from "../sys/version.ts";
import { evidenceOf } from "./evidence.ts";

/** What a way consists of; ids of the result file. */
export type Parts = Pick<Recommendation, "kind" | "strategy" | "search" | "retry">;

/** What stands against a way, whatever its times are. */
export type Obstacle = Omit<Rejected, "way">;

export interface Candidate {
  /** Id of the way that was measured. */
  readonly way: string;
  /** What is recommended with it; undefined where the way is of no known kind. */
  readonly parts: Parts | undefined;
  /** Undefined where no fork measured it. */
  readonly row: WayRow | undefined;
  readonly obstacle: Obstacle | undefined;
}

/** What the candidates are judged by, beside their figures. */
export interface Ground extends Pick<PathRun, "flagVerdict"> {
  readonly request: AdviceRequest;
  readonly profile: PathProfile | undefined;
  readonly digest: ProfileDigest | undefined;
}

/** Without 7aa867dd8952 the flag of 4.17 and 4.18 can clobber; 5.0 began after it. */
const trustedFrom: Version = { major: 5, minor: 0 };
const procmapQueryFrom: Version = { major: 6, minor: 11 };
/** Part of the reservations given up, above which a way does not do what it is there for. */
const toleratedGivenUp = 0.01;

const strategies = ["hint-munmap", "fixed-noreplace", "noreplace-or-hint"];
/** Of searches, from the simplest to write and to run. */
export const searchOrder: readonly string[] = ["none", "cached-maps", "maps-text", "procmap-query"];
/** Of rules, likewise. */
export const retryOrder: readonly string[] = ["next-step", "next-gap", "both-ends", "random"];

/** The oldest kernel of a request; 0.0 where nothing is known of it. */
export function minKernelOf({ minKernel }: Pick<AdviceRequest, "minKernel">): Version {
  return parseVersion(minKernel) ?? { major: 0, minor: 0 };
}

/** Whether every kernel of the request that has the flag can be trusted with it. */
export function flagIsTrusted(request: Pick<AdviceRequest, "minKernel">): boolean {
  return isFrom(minKernelOf(request), trustedFrom.major, trustedFrom.minor);
}

/** The strategy that passes the flag: by itself, or where a test at run time finds it to work. */
export function flagStrategyOf({
  flagVerdict,
  request,
}: Pick<Ground, "flagVerdict" | "request">): "fixed-noreplace" | "noreplace-or-hint" {
  const isTrusted = flagVerdict === "supported" && flagIsTrusted(request);
  return isTrusted ? "fixed-noreplace" : "noreplace-or-hint";
}

/** Every way that the run declares, in its order. */
export function candidatesOf(ground: Ground): Candidate[] {
  return (ground.profile?.ways ?? []).map(({ id: way, sound }) => {
    const parts = partsOf(way, ground);
    const found = ground.digest?.rows.find((row) => row.way === way);
    const row = found && found.safety.reservations > 0 ? found : undefined;
    return { way, parts, row, obstacle: obstacleOf(way, sound, parts, row, ground) };
  });
}

function partsOf(way: string, ground: Ground): Parts | undefined {
  // An arena is reserved once, when nobody races: how is a matter of safety alone.
  const stepping = { search: "none", retry: "next-step" };
  if (way === "reserve-once") {
    return { kind: "reserve-once", strategy: flagOrHint(ground), ...stepping };
  }
  if (way === "over-reserve") {
    return { kind: "over-reserve", strategy: "kernel-chosen", search: "none", retry: "none" };
  }
  const [measured = "", search = "", retry = "", ...more] = way.split("+");
  const isKnown =
    strategies.includes(measured) &&
    searchOrder.includes(search) &&
    retryOrder.includes(retry) &&
    more.length === 0;
  if (!isKnown) return undefined;
  // Where the flag is supported both make the same calls: what was measured holds for both.
  const isPortable = ground.flagVerdict === "supported" && measured !== "hint-munmap";
  const strategy = isPortable ? flagStrategyOf(ground) : measured;
  return { kind: "race", strategy, search, retry };
}

/** As {@link flagStrategyOf}, but for layers that put free windows elsewhere. */
export function flagOrHint(ground: Pick<Ground, "flagVerdict" | "request">): string {
  return ground.flagVerdict === "relocating" ? "hint-munmap" : flagStrategyOf(ground);
}

function obstacleOf(
  way: string,
  sound: PathProfile["ways"][number]["sound"],
  parts: Parts | undefined,
  row: WayRow | undefined,
  ground: Ground,
): Obstacle | undefined {
  const { flagVerdict, profile, request } = ground;
  const not = (why: Obstacle["why"], text: string, evidence: Evidence[] = []): Obstacle => ({
    ...{ why, text, evidence },
  });
  if (sound !== "sound") return not("unsafe", "may replace what somebody else has");
  if (!parts) return not("unsafe", "consists of parts that advise does not know");
  const harm = row ? harmOf(row.safety) : 0;
  if (row && harm > 0) {
    const { reservations, forks } = row.safety;
    const text = `did harm ${harm} times in ${plural(reservations, "reservation")}`;
    return not("unsafe", text, [{ figure: "harm", way, unit: "count", value: harm, forks }]);
  }
  const strategy = flagObstacle(parts.strategy, flagVerdict);
  if (strategy) return not(...strategy);
  const { major, minor } = procmapQueryFrom;
  if (parts.search === "procmap-query" && !isFrom(minKernelOf(request), major, minor)) {
    const text = `needs Linux ${major}.${minor}, and ${request.minKernel} is to be supported`;
    return not("unavailable", text);
  }
  if (!row) return not("unavailable", skippedWords(way, profile));
  const share = row.figures.givenUpShare;
  if ((share.median ?? 0) > toleratedGivenUp) {
    const text = `gave up ${formatShare(share.median ?? 0)} of its reservations`;
    return not("gives up", text, evidenceOf("given-up", way, share));
  }
  return undefined;
}

/** Of the reasons in the file, "way: reason; way: reason", this way's own. */
function skippedWords(way: string, profile: PathProfile | undefined): string {
  const reasons = profile?.skipped?.split("; ") ?? [];
  const own = reasons.find((reason) => reason.startsWith(`${way}: `));
  return own?.slice(way.length + 2) ?? "was not measured by any fork";
}

/** What this kernel's verdict has against a strategy that passes the flag. */
function flagObstacle(
  strategy: string,
  verdict: PathRun["flagVerdict"],
): readonly [Obstacle["why"], string] | undefined {
  if (verdict === "supported" || strategy === "hint-munmap" || strategy === "kernel-chosen") {
    return undefined;
  }
  if (verdict === "relocating") {
    return ["unavailable", "the flag is taken here, and free places are put elsewhere"];
  }
  // The portable one tests for it at run time, compares the address, and falls back.
  if (strategy === "noreplace-or-hint") return undefined;
  switch (verdict) {
    case "buggy":
      return ["unsafe", "the flag replaces a mapping that begins inside the place on this kernel"];
    case "ignored":
      return ["unavailable", "the flag is ignored here: it is a mere hint"];
    case "rejected":
      return ["unavailable", "the flag is rejected here: every attempt fails"];
    default:
      return verdict satisfies never;
  }
}
