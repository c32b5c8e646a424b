/**
 * Outcome counts and safety over every attempt of the run, those of crashed forks among them: a
 * clobber in a fork that then failed is a clobber. What was seen 0 times gets its upper bound, and
 * the negative control says whether the detector sees at all.
 */

import type { Arm, Run, Safety, TrialSpec } from "../results/schema.ts";
import { upperBound95 } from "../stats/zero.ts";
import { isOccupied, type Role, roleOf, strategyRank } from "./roles.ts";
import { callsPerLostAttempt, sum } from "./samples.ts";
import { formatPerMillion, formatWhole, plural } from "./wording.ts";

type Counts = Arm["counts"];

/** One strategy over all scenarios, actors and forks. */
export interface OutcomeTotals {
  readonly strategy: string;
  readonly role: Role;
  /** Forks with at least one attempt. */
  readonly forks: number;
  readonly counts: Counts;
  /** Over all lost attempts; undefined where none was lost. */
  readonly callsPerLostAttempt: number | undefined;
  readonly safety: Safety;
  readonly voidedBlocks: number;
}

/** What the negative control `fixed` showed of the detector. */
export interface NegativeControl {
  /** `blind`: it saw nothing where it should. `uncontested`: there was nothing to see. */
  readonly state: "not-run" | "seen" | "blind" | "uncontested";
  readonly sentence: string;
}

export interface SafetyDigest {
  readonly outcomes: readonly OutcomeTotals[];
  /** `broken`: a window was taken from its owner, or a mapping left, outside the control. */
  readonly state: "clean" | "broken" | "no-attempts";
  /** What the contenders did, all together. */
  readonly seen: Safety;
  /** Attempts of contenders for a window; the control asks for none and proves nothing. */
  readonly attempts: number;
  readonly forks: number;
  /** Of each kind that was seen 0 times: exact 95 % bound of its rate per attempt. */
  readonly upperBound: number;
  readonly sentence: string;
  readonly negativeControl: NegativeControl;
}

export function digestSafety(run: Pick<Run, "forks" | "options">): SafetyDigest {
  const outcomes = outcomesOf(run);
  const guarded = outcomes.filter(({ role }) => role !== "negative-control");
  const seen = addUp(
    safetyNames,
    guarded.map(({ safety }) => safety),
  );
  const attempts = sum(
    armsOf(run)
      .filter(({ spec, arm }) => roleOf(arm.strategy) === "contender" && isWatched(spec))
      .map(({ arm }) => arm.counts.attempts),
  );
  const forks = run.forks.filter(({ trials }) =>
    trials.some(({ arms }) =>
      arms.some((arm) => roleOf(arm.strategy) === "contender" && arm.counts.attempts > 0),
    ),
  ).length;
  const harm = seen.clobbers + seen.doubleOwners + seen.canaries + seen.leaks;
  const upperBound = upperBound95(attempts);
  return {
    outcomes,
    state: harm > 0 ? "broken" : attempts > 0 ? "clean" : "no-attempts",
    seen,
    attempts,
    forks,
    upperBound,
    sentence: safetySentence(seen, attempts, forks, upperBound, run.options.touch),
    negativeControl: negativeControlOf(run),
  };
}

/**
 * Trials in which a clobber can hardly go unseen, because windows are held for a while or by a
 * third party. Where a window is released as soon as it was placed, its claim stands for some
 * nanoseconds of microseconds, and one clobber in thousands is seen: such attempts prove nothing.
 */
function isWatched({ scenario, hold }: TrialSpec): boolean {
  return hold > 0 || isOccupied(scenario);
}

function outcomesOf(run: Pick<Run, "forks">): OutcomeTotals[] {
  const arms = armsOf(run);
  return [...new Set(arms.map(({ arm }) => arm.strategy))]
    .sort((a, b) => strategyRank(a) - strategyRank(b) || a.localeCompare(b))
    .map((strategy) => {
      const own = arms.filter(({ arm }) => arm.strategy === strategy);
      const counts = addUp(
        countNames,
        own.map(({ arm }) => arm.counts),
      );
      const busy = own.filter(({ arm }) => arm.counts.attempts > 0);
      return {
        strategy,
        role: roleOf(strategy),
        forks: new Set(busy.map(({ fork }) => fork)).size,
        counts,
        callsPerLostAttempt: callsPerLostAttempt(counts),
        safety: addUp(
          safetyNames,
          own.map(({ arm }) => arm.safety),
        ),
        voidedBlocks: sum(own.map(({ arm }) => arm.voidedBlocks)),
      };
    });
}

function armsOf(run: Pick<Run, "forks">) {
  return run.forks.flatMap((fork) =>
    fork.trials.flatMap(({ spec, arms }) => arms.map((arm) => ({ fork: fork.index, spec, arm }))),
  );
}

const countNames = [
  "attempts",
  "placed",
  "rejected",
  "misplaced",
  "refused",
  "failed",
  "cleanups",
  "releases",
] as const;

/** In the order in which they are told. */
const safetyNames = ["clobbers", "doubleOwners", "canaries", "leaks", "strays"] as const;

const safetyNouns: Readonly<Record<keyof Safety, readonly [one: string, many: string]>> = {
  clobbers: ["clobber", "clobbers"],
  doubleOwners: ["double ownership", "double ownerships"],
  canaries: ["broken canary", "broken canaries"],
  leaks: ["leak", "leaks"],
  strays: ["stray", "strays"],
};

function eventsOf(name: keyof Safety, count: number): string {
  const [one, many] = safetyNouns[name];
  return `${formatWhole(count)} ${count === 1 ? one : many}`;
}

/** Adds records of counts field by field; zeros where there is no record. */
export function addUp<Name extends string>(
  names: readonly Name[],
  records: readonly Readonly<Record<Name, number>>[],
): Record<Name, number> {
  const totals = names.map((name) => [name, sum(records.map((record) => record[name]))]);
  return Object.fromEntries(totals) as Record<Name, number>;
}

function safetySentence(
  seen: Safety,
  attempts: number,
  forks: number,
  upperBound: number,
  touch: boolean,
): string {
  if (attempts === 0) {
    return "No window was held for long enough to be clobbered: nothing to say on safety";
  }
  const { canaries, ...others } = seen;
  const over = `${formatWhole(attempts)} attempts for windows that were held`;
  return seenSentence(touch || canaries > 0 ? seen : others, over, forks, upperBound);
}

/** What happened, and what did not, of all that was watched for in `over`, "7 attempts". */
export function seenSentence(
  watched: Readonly<Partial<Safety>>,
  over: string,
  forks: number,
  upperBound: number,
): string {
  const events = safetyNames.flatMap((name) => {
    const count = watched[name] ?? 0;
    return count > 0 ? [eventsOf(name, count)] : [];
  });
  const absent = safetyNames.filter((name) => watched[name] === 0);
  const bound = `at most ${formatPerMillion(upperBound)} with 95 % confidence`;
  const never = `0 ${listing(absent.map((name) => safetyNouns[name][1]))}`;
  if (events.length === 0) return `${never} in ${over} (each ${bound}, ${plural(forks, "fork")})`;
  const lead = `${listing(events)} in ${over} (${plural(forks, "fork")})`;
  return absent.length === 0 ? lead : `${lead}; ${never} (each ${bound})`;
}

/** The sentence, which says at its begin if anything was unsafe. */
export function safetyWords({ state, sentence }: Pick<SafetyDigest, "state" | "sentence">): string {
  return `${state === "broken" ? "UNSAFE: " : ""}${sentence}`;
}

function listing(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

function negativeControlOf(run: Pick<Run, "forks">): NegativeControl {
  const arms = armsOf(run).filter(({ arm }) => roleOf(arm.strategy) === "negative-control");
  const attempts = sum(arms.map(({ arm }) => arm.counts.attempts));
  if (attempts === 0) {
    const sentence =
      "Negative control: not run; --strategy fixed shows that the detector sees a clobber";
    return { state: "not-run", sentence };
  }
  const { clobbers, doubleOwners } = addUp(
    safetyNames,
    arms.map(({ arm }) => arm.safety),
  );
  const lead = `Negative control: in ${formatWhole(attempts)} attempts with plain MAP_FIXED`;
  if (clobbers + doubleOwners > 0) {
    const saw = `${eventsOf("clobbers", clobbers)} and ${eventsOf("doubleOwners", doubleOwners)}`;
    return { state: "seen", sentence: `${lead} the detector saw ${saw}, as it should` };
  }
  const contested = arms.some(({ spec }) => isWatched(spec));
  if (!contested) {
    const sentence = `${lead} no window was held: there was no clobber for the detector to see`;
    return { state: "uncontested", sentence };
  }
  const saw = "the detector saw nothing where it should: the zeros above prove nothing";
  return { state: "blind", sentence: `${lead} ${saw}` };
}
