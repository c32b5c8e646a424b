/**
 * From a measured run and what a program wants to one recommendation: safety first, then the
 * kernels to be supported, then time with its intervals, and simplicity where time cannot tell.
 * Pure: the same run and request give the same recommendation.
 */

import { digestProfile } from "../report/path-rows.ts";
import { groupsOf, type PathGroup } from "../report/path-samples.ts";
import { sum } from "../report/samples.ts";
import { plural } from "../report/wording.ts";
import type { AdviceRequest, Recommendation } from "../results/advice-schema.ts";
import type { PathRun } from "../results/path-schema.ts";
import { type Candidate, candidatesOf, flagOrHint, type Ground, type Parts } from "./candidates.ts";
import { caveatsFor } from "./caveats.ts";
import { type Choice, choose } from "./choose.ts";
import { reasonsFor, rejectedFor } from "./reasons.ts";
import { snippetFor } from "./snippet.ts";
import { checksFor, fallbackFor, flagsFor, sentenceFor } from "./usage.ts";

/** Recommends one of the ways that the run's first profile has. */
export function recommend(run: PathRun, request: AdviceRequest): Recommendation {
  const [profile] = run.profiles;
  const group = groupsOf(run).find((each) => each.profile.id === profile?.id);
  const digest = group && digestProfile(group);
  const ground: Ground = { flagVerdict: run.flagVerdict, request, profile, digest };
  const candidates = candidatesOf(ground);
  const choice = group && choiceOf(candidates, group);
  // Without figures, what needs none is left: what is safe here, and simple.
  const parts = choice?.chosen.parts ?? untested(ground);
  const inconclusive = doubtOf(run, candidates, choice, request);
  return {
    sentence: sentenceFor(parts, request, run.host),
    way: choice?.chosen.way ?? null,
    ...parts,
    fallback: fallbackFor(parts, request, run.flagVerdict),
    flags: flagsFor(parts),
    checks: checksFor(parts),
    snippet: snippetFor(parts, request),
    caveats: caveatsFor({ parts, request, run, group }),
    reasons: choice ? reasonsFor(ground, group, choice, candidates) : [],
    rejected: rejectedFor(candidates, choice, group),
    ...(inconclusive && { inconclusive }),
  };
}

/** Among those that nothing stands against, else the one of the safe that gives up least. */
function choiceOf(candidates: readonly Candidate[], group: PathGroup): Choice | undefined {
  const free = candidates.filter(({ obstacle }) => obstacle === undefined);
  if (free.length > 0) return choose(free, group);
  const [chosen] = candidates
    .filter((each) => each.obstacle?.why === "gives up" && givenUpBy(each) <= mostGivenUp)
    .sort((a, b) => givenUpBy(a) - givenUpBy(b));
  return chosen && { chosen, ties: new Map(), twins: new Map(), passed: undefined };
}

/** Who gives up more often than this is no way to get a place at all. */
const mostGivenUp = 0.5;

function givenUpBy({ row }: Candidate): number {
  return row?.figures.givenUpShare.median ?? 1;
}

function untested(ground: Ground): Parts {
  const strategy = flagOrHint(ground);
  return { kind: "race", strategy, search: "none", retry: "next-step" };
}

/** Why the run does not bear the recommendation out, the gravest reason alone. */
function doubtOf(
  run: PathRun,
  candidates: readonly Candidate[],
  choice: Choice | undefined,
  request: AdviceRequest,
): Recommendation["inconclusive"] {
  const violations = sum(
    run.forks.flatMap(({ cases }) => cases.map((each) => each.violations.length)),
  );
  if (violations > 0) {
    const what = `${plural(violations, "violation")} of the laws that every figure rests on`;
    return { why: what, remedy: "Trust no figure of this run; measure again" };
  }
  if (run.flagVerdict === "relocating" && choice?.chosen.parts?.kind !== "over-reserve") {
    return {
      why: "a layer below the program chooses addresses itself: none can be owned for certain",
      remedy: "Measure outside of the emulator or recorder",
    };
  }
  const failing = candidates.filter(({ obstacle }) => obstacle?.why === "gives up");
  const isLimit = metLimit(run, failing);
  if (isLimit && (!choice || choice.chosen.obstacle)) {
    return {
      why: "reservations were given up for ENOMEM: a limit was in the way, not the range",
      remedy: limitRemedy,
    };
  }
  if (!choice && failing.length > 0) {
    return {
      why: "every safe way gave up most of its reservations: this is what rules alone say",
      remedy: roomRemedy(request),
    };
  }
  if (!choice) {
    return {
      why: "no fork measured a way that is safe here: this is what rules alone say",
      remedy: "See what the run says of its forks, and measure again",
    };
  }
  if (choice.chosen.obstacle) {
    return {
      why: `every safe way gave up reservations; this one least: ${choice.chosen.obstacle.text}`,
      remedy: roomRemedy(request),
    };
  }
  if (isLimit) {
    const ways = failing.map(({ way }) => way).join(", ");
    return {
      why: `${ways} gave up for ENOMEM: a limit ruled them out, and might have any other way`,
      remedy: limitRemedy,
    };
  }
  return fewForks(run, candidates, choice.chosen);
}

const limitRemedy =
  "Raise RLIMIT_AS (ulimit -v), vm.max_map_count or what vm.overcommit_memory leaves, or ask for " +
  "a smaller --size, fewer --threads or less --hold";

function roomRemedy({ anywhere }: AdviceRequest): string {
  return `${anywhere ? "Ask" : "Widen --range, or ask"} for fewer --threads or less --hold`;
}

/** Whether most of what these ways gave up was for want of memory: such an attempt is the last. */
function metLimit(run: PathRun, failing: readonly Candidate[]): boolean {
  const ways = new Set(failing.map(({ way }) => way));
  const arms = run.forks
    .flatMap(({ cases }) => cases.flatMap((each) => each.arms))
    .filter(({ way }) => ways.has(way));
  const givenUp = sum(arms.map(({ counts }) => counts.givenUp));
  return givenUp > 0 && sum(arms.map(({ errnos: { ENOMEM = 0 } }) => ENOMEM)) > givenUp / 2;
}

function fewForks(
  run: PathRun,
  candidates: readonly Candidate[],
  { row }: Candidate,
): Recommendation["inconclusive"] {
  const figure = row?.figures.reservationP50Ns;
  const rivals = candidates.filter(({ obstacle }) => obstacle === undefined).length - 1;
  if (figure?.state !== "too-few" || rivals === 0) return undefined;
  const { n, needed } = figure;
  const seconds = Math.ceil((1.2 * run.timeSeconds * needed) / Math.max(1, n));
  return {
    why:
      `${plural(n, "fork")}, ${needed} needed for an interval: time decided nothing, safety, ` +
      "kernels and simplicity alone did",
    remedy: `Measure again with --time ${seconds}`,
  };
}
