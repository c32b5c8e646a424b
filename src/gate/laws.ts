/**
 * Tier 0 of the gate: what holds exactly in every arm of every trial, whatever machine and race
 * did. Judges each side by its file alone; comparing sides is left to the metrics.
 */

import { isOccupied, roleOf } from "../report/roles.ts";
import type { LawResult } from "../results/gate-schema.ts";
import type { Arm, Run, TrialSpec } from "../results/schema.ts";
import { strategies } from "../strategies/index.ts";
import type { Strategy } from "../strategies/strategy.ts";
import { unevenBlocks, unevenHistograms } from "./sums.ts";

/** One side of the gate, as it was read from its file. */
interface Side {
  /** "baseline", "candidate" or "baseline-again". */
  readonly role: string;
  readonly run: Run;
}

/** An arm, and all that decides which laws apply to it. */
interface ArmSite extends Side {
  /** "candidate, fork 3, occupied, 1 actor, hint-munmap" */
  readonly where: string;
  readonly spec: TrialSpec;
  readonly arm: Arm;
  /** undefined where this version does not have it. */
  readonly strategy: Strategy | undefined;
}

/** What a site says against a law, a sentence each; undefined where the law does not apply. */
type Objections = readonly string[] | undefined;

interface ArmLaw {
  readonly law: string;
  readonly check: (site: ArmSite) => Objections;
}

const mostSentences = 5;

const armLaws: readonly ArmLaw[] = [
  { law: "attempts = placed + rejected + misplaced + failed", check: unevenOutcomes },
  {
    law: "every mapping is unmapped: cleanups = misplaced, releases = placed",
    check: unevenUnmaps,
  },
  {
    law: "every timed call is in its histogram",
    check: ({ arm, role }) => unevenHistograms(arm, role === "baseline"),
  },
  {
    law: "blocks and actors add up to their trial",
    check: ({ arm }) => unevenBlocks(arm),
  },
  {
    law: "MAP_FIXED_NOREPLACE never succeeds elsewhere: a lost attempt is one system call",
    check: lostInMoreThanOneCall,
  },
  {
    law: "a lost hint-munmap attempt is two system calls",
    check: lostInOtherThanTwoCalls,
  },
  {
    law: "no clobber, double ownership, broken canary or leak outside the negative control",
    check: harm,
  },
  {
    law: "nobody is placed in a window that a third party holds",
    check: placedInTakenWindow,
  },
  { law: "no undeclared outcome: no attempt fails", check: failures },
];

/**
 * Tier 0: one result a law, always the same laws in the same order, over every trial of every fork
 * on every side. A fork that crashed later is no exception. Ids that this version does not have
 * are held to the strict rules. `checked` counts arms; trials for what capture itself found.
 */
export function checkLaws(sides: readonly Side[]): LawResult[] {
  const trials = sides.flatMap(({ role, run }) =>
    run.forks.flatMap((fork) =>
      fork.trials.map((trial) => {
        const actors = counted(trial.spec.actors, "actor");
        const where = `${role}, fork ${fork.index + 1}, ${trial.spec.scenario}, ${actors}`;
        return { where, role, run, trial };
      }),
    ),
  );
  const arms = trials.flatMap(({ trial: { spec, arms }, ...trial }) =>
    arms.map((arm): ArmSite => {
      const strategy = strategies.find(({ id }) => id === arm.strategy);
      return { ...trial, where: `${trial.where}, ${arm.strategy}`, spec, arm, strategy };
    }),
  );
  return [
    resultOf("capture found no violation", trials, ({ trial }) =>
      trial.violations.map((violation) => `capture found "${violation}"`),
    ),
    ...armLaws.map(({ law, check }) => resultOf(law, arms, check)),
  ];
}

function resultOf<Site extends { readonly where: string }>(
  law: string,
  sites: readonly Site[],
  check: (site: Site) => Objections,
): LawResult {
  const result: LawResult = { law, checked: 0, broken: [], brokenCount: 0 };
  for (const site of sites) {
    const objections = check(site);
    if (!objections) continue;
    result.checked++;
    result.brokenCount += objections.length;
    const room = mostSentences - result.broken.length;
    result.broken.push(...objections.slice(0, room).map((said) => `${site.where}: ${said}`));
  }
  return result;
}

function unevenOutcomes({ arm: { counts } }: ArmSite): Objections {
  const { attempts, placed, rejected, misplaced, failed } = counts;
  const outcomes = placed + rejected + misplaced + failed;
  if (attempts === outcomes) return [];
  const sum = `${placed} placed + ${rejected} rejected + ${misplaced} misplaced + ${failed} failed`;
  return [`${counted(attempts, "attempt")}, but ${counted(outcomes, "outcome")} (${sum})`];
}

function unevenUnmaps({ arm: { counts } }: ArmSite): Objections {
  const { misplaced, cleanups, placed, releases } = counts;
  const sentence = (made: string, unmapped: string, leaked: number): string => {
    const is = leaked > 0 ? `${counted(leaked, "mapping")} leaked` : "something else was unmapped";
    return `${made}, but ${unmapped}: ${is}`;
  };
  const clean = counted(cleanups, "cleanup unmap");
  const released = counted(releases, "release");
  return [
    ...(misplaced === cleanups
      ? []
      : [sentence(counted(misplaced, "misplaced mapping"), clean, misplaced - cleanups)]),
    ...(placed === releases
      ? []
      : [sentence(counted(placed, "placed window"), released, placed - releases)]),
  ];
}

/** Where the kernel knows the flag and gets to see it. */
function lostInMoreThanOneCall({ run, arm, strategy }: ArmSite): Objections {
  if (strategy?.callsPerLostAttempt !== 1) return undefined;
  if (run.flagVerdict !== "supported" || run.options.pretendOldKernel) return undefined;
  const { misplaced, cleanups } = arm.counts;
  if (misplaced === 0 && cleanups === 0) return [];
  const elsewhere = counted(misplaced, "misplaced mapping");
  const clean = counted(cleanups, "cleanup unmap");
  return [`${elsewhere} and ${clean}, but the kernel supports the flag: both should be 0`];
}

/** A hint is never rejected: what is lost was mapped elsewhere, and unmapped. */
function lostInOtherThanTwoCalls({ arm, strategy }: ArmSite): Objections {
  if (strategy?.callsPerLostAttempt !== 2) return undefined;
  const { rejected, misplaced, cleanups } = arm.counts;
  if (rejected === 0 && misplaced === cleanups) return [];
  const lost = counted(rejected + misplaced, "lost attempt");
  const elsewhere = counted(misplaced, "misplaced mapping");
  return [
    `${lost}, but ${elsewhere} and ${counted(cleanups, "cleanup unmap")}: not two calls each`,
  ];
}

/** Strays are nobody's: they void their block and break nothing. */
function harm({ arm: { strategy, safety } }: ArmSite): Objections {
  if (roleOf(strategy) === "negative-control") return undefined;
  const kinds: readonly (readonly [count: number, one: string, many: string])[] = [
    [safety.clobbers, "clobber", "clobbers"],
    [safety.doubleOwners, "double ownership", "double ownerships"],
    [safety.canaries, "broken canary", "broken canaries"],
    [safety.leaks, "leak", "leaks"],
  ];
  const seen = kinds
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => counted(count, one, many));
  return seen.length === 0 ? [] : [`${seen.join(", ")}, but there should be 0`];
}

function placedInTakenWindow({ arm, spec }: ArmSite): Objections {
  if (!isOccupied(spec.scenario) || roleOf(arm.strategy) !== "contender") return undefined;
  const { placed } = arm.counts;
  if (placed === 0) return [];
  return [`${counted(placed, "placed window")}, but a third party holds all: there should be 0`];
}

/** What a kernel without the flag makes of a strategy that insists on it is not a fault. */
function failures({ run, arm, strategy }: ArmSite): Objections {
  const insists = strategy?.callsPerLostAttempt === 1 && !strategy.fallsBack;
  if (insists && run.flagVerdict !== "supported") return undefined;
  const { failed } = arm.counts;
  if (failed === 0) return [];
  const errnos = Object.entries(arm.errnos).map(([errno, count]) => `${errno} ${count}`);
  const why = errnos.length === 0 ? "without an errno" : errnos.join(", ");
  return [`${counted(failed, "failed attempt")} (${why}), but there should be 0`];
}

/** To the last digit: these figures are compared, not estimated. */
function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
