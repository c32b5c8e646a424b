/**
 * Two runs side by side: two kernels, machines or builds. Ratios within forks first, because what
 * a machine does to a whole fork cancels in them; times and rates after. Only what both runs have
 * is compared; the rest is listed.
 */

import { type Difference, differencesOf, differingOptions } from "../results/fingerprint.ts";
import type { Run, TrialSpec } from "../results/schema.ts";
import { familyConfidence } from "../stats/bonferroni.ts";
import { rankSumInterval } from "../stats/rank-sum.ts";
import type { ShiftInterval } from "../stats/shift.ts";
import {
  type ComparedFigure,
  centreOf,
  type FigureChange,
  lostP50,
  lostP99,
  placedP50,
  reservations,
  verdictOf,
} from "./change.ts";
import { mostRanked, type Told, tellComparison } from "./comparison-notes.ts";
import { type Digest, digestRun } from "./digest.ts";
import { doubtsOfSides, type SideDoubts } from "./doubts.ts";
import { keyOf, namePlaces } from "./places.ts";
import { compared, roleOf, strategyRank } from "./roles.ts";
import { type Configuration, configurationsOf, isPlausible, ratiosByFork } from "./samples.ts";

/** A configuration, or a strategy in one, that only one of the runs has. */
export interface Unmatched {
  readonly side: "baseline" | "candidate";
  /** "spread/8", or "spread/2 fixed". */
  readonly what: string;
}

export interface Comparison extends Told {
  readonly baseline: Digest;
  readonly candidate: Digest;
  /** Of both sides, in the order in which they are told. */
  readonly doubts: readonly SideDoubts[];
  /** Within forks: strategy to strategy, then each to the control. */
  readonly ratios: readonly FigureChange[];
  /** Times and rates; they drift with the machine. */
  readonly absolutes: readonly FigureChange[];
  /** The ratios that changed, whose intervals exclude no change with 95 % all together. */
  readonly material: readonly FigureChange[];
  /** Host, tool and options that are not the same on both sides. */
  readonly differences: readonly Difference[];
  readonly unmatched: readonly Unmatched[];
}

/** Of every interval that is shown, and of all that `material` rests on together. */
const confidence = 0.95;

/** Pure. Never throws for what a file may hold: nothing in common is a comparison of nothing. */
export function digestComparison(baseline: Run, candidate: Run): Comparison {
  const [theirs, ours] = [configurationsOf(baseline), configurationsOf(candidate)];
  const nameOf = namePlaces([...theirs, ...ours].map(({ spec }) => spec));
  const pairs = pairsOf(theirs, ours, nameOf);
  const samples = pairs.flatMap(ratioSamples);
  const family = familyConfidence(confidence, Math.max(1, samples.length));
  const compare = (sample: Sample) => changeOf(sample, confidence);
  const ratios = samples.map(compare);
  const material = ratios.filter((_, index) =>
    isTold(changeOf(samples[index] as Sample, family), ratios[index] as FigureChange),
  );
  const sides = { baseline: digestRun(baseline), candidate: digestRun(candidate) };
  const compares = { ratios, absolutes: pairs.flatMap(absoluteSamples).map(compare), material };
  const forks = [sides.baseline, sides.candidate].map(({ identity }) => identity.forks.counted);
  return {
    ...sides,
    doubts: doubtsOfSides(sides.baseline, sides.candidate),
    ...compares,
    ...tellComparison(baseline, candidate, { ...compares, pairs: pairs.length, forks }),
    differences: [
      ...differencesOf(baseline, candidate),
      ...differingOptions(baseline, candidate).filter(({ fact }) => !isListed(fact)),
    ],
    unmatched: unmatchedOf(theirs, ours, nameOf),
  };
}

/** Said in full by the configurations that do not match. */
function isListed(option: string): boolean {
  return ["--scenario", "--strategy", "--actors"].includes(option);
}

/** Both intervals say the same direction. */
function isTold(strict: FigureChange, shown: FigureChange): boolean {
  return strict.verdict === shown.verdict && ["faster", "slower"].includes(shown.verdict);
}

interface Pair {
  readonly place: string;
  readonly baseline: Configuration;
  readonly candidate: Configuration;
}

/** A figure of both sides, one value a fork. */
interface Sample extends Pick<FigureChange, "place" | "subject" | "figure" | "unit"> {
  readonly isRate: boolean;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

type Naming = (spec: TrialSpec) => string;

function pairsOf(
  theirs: readonly Configuration[],
  ours: readonly Configuration[],
  nameOf: Naming,
): Pair[] {
  const byKey = new Map(ours.map((configuration) => [keyOf(configuration.spec), configuration]));
  return theirs.flatMap((baseline) => {
    const candidate = byKey.get(keyOf(baseline.spec));
    return candidate ? [{ place: nameOf(baseline.spec), baseline, candidate }] : [];
  });
}

/** Strategies of both sides, in listing order. */
function sharedStrategies({ baseline, candidate }: Pair): string[] {
  return [...baseline.arms.keys()]
    .filter((id) => candidate.arms.has(id))
    .sort((a, b) => strategyRank(a) - strategyRank(b) || a.localeCompare(b));
}

function ratioSamples(pair: Pair): Sample[] {
  const ids = sharedStrategies(pair);
  const control = ids.find((id) => roleOf(id) === "control");
  const contenders = ids.filter((id) => roleOf(id) === "contender");
  const { before, after } = compared;
  return [
    ratioSample(pair, after, before, lostP50),
    ratioSample(pair, after, before, reservations),
    ...(control === undefined
      ? []
      : contenders.flatMap((id) => [
          // The control loses nothing: the price of losing is set against its price of winning.
          ratioSample(pair, id, control, lostP50, placedP50),
          ratioSample(pair, id, control, placedP50),
          ratioSample(pair, id, control, reservations),
        ])),
  ].filter(isOnBothSides);
}

function ratioSample(
  { place, baseline, candidate }: Pair,
  above: string,
  below: string,
  figure: ComparedFigure,
  under: ComparedFigure = figure,
): Sample {
  const values = (side: Configuration) => ratiosByFork(side, above, below, figure.of, under.of);
  return {
    place,
    subject: `${above} / ${below}`,
    figure: under === figure ? figure.name : "lost/placed p50",
    unit: "ratio",
    isRate: figure.isRate,
    before: values(baseline),
    after: values(candidate),
  };
}

function absoluteSamples(pair: Pair): Sample[] {
  const { place, baseline, candidate } = pair;
  return sharedStrategies(pair)
    .flatMap((id) =>
      [lostP50, lostP99, placedP50, reservations].map((figure): Sample => {
        const values = ({ arms }: Configuration) =>
          [...(arms.get(id)?.values() ?? [])].flatMap((arm) => {
            const value = figure.of(arm);
            return value !== undefined && isPlausible(value) ? [value] : [];
          });
        return {
          place,
          subject: id,
          figure: figure.name,
          unit: figure.isRate ? "per-second" : "ns",
          isRate: figure.isRate,
          before: values(baseline),
          after: values(candidate),
        };
      }),
    )
    .filter(isOnBothSides);
}

function isOnBothSides({ before, after }: Sample): boolean {
  return before.length > 0 && after.length > 0;
}

/** Hodges-Lehmann shift of the logarithms, so that it is a ratio, with its exact interval. */
function changeOf({ isRate, before, after, ...what }: Sample, level: number): FigureChange {
  const logs = (values: readonly number[], others: readonly number[]) =>
    thinned(values, others.length).map(Math.log);
  const change = exponential(rankSumInterval(logs(before, after), logs(after, before), level));
  return {
    ...what,
    before: centreOf(before),
    after: centreOf(after),
    change,
    verdict: verdictOf(change, isRate),
  };
}

/**
 * As many values as can be ranked against `others`, evenly over the run: of the first ones only,
 * those of a machine that was merged last would be missing.
 */
function thinned(values: readonly number[], others: number): readonly number[] {
  const most = Math.max(mostRanked, Math.floor(mostRanked ** 2 / others));
  if (values.length <= most) return values;
  const step = values.length / most;
  return Array.from({ length: most }, (_, index) => values[Math.floor(index * step)] as number);
}

function exponential(shift: ShiftInterval): ShiftInterval {
  const { estimate } = shift;
  if (shift.state === "too-few") {
    return { ...shift, estimate: estimate === undefined ? undefined : Math.exp(estimate) };
  }
  const { lo, hi } = shift;
  return { ...shift, estimate: Math.exp(shift.estimate), lo: Math.exp(lo), hi: Math.exp(hi) };
}

function unmatchedOf(
  theirs: readonly Configuration[],
  ours: readonly Configuration[],
  nameOf: Naming,
): Unmatched[] {
  return [
    ...missingFrom(ours, theirs, nameOf).map((what) => ({ side: "baseline" as const, what })),
    ...missingFrom(theirs, ours, nameOf).map((what) => ({ side: "candidate" as const, what })),
  ];
}

/** What these configurations have and the others lack. */
function missingFrom(
  others: readonly Configuration[],
  these: readonly Configuration[],
  nameOf: Naming,
): string[] {
  const byKey = new Map(others.map(({ spec, arms }) => [keyOf(spec), arms]));
  return these.flatMap(({ spec, arms }) => {
    const found = byKey.get(keyOf(spec));
    if (!found) return [nameOf(spec)];
    const lacking = [...arms.keys()].filter((id) => !found.has(id));
    return lacking.length > 0 ? [`${nameOf(spec)} ${lacking.join(", ")}`] : [];
  });
}
