/**
 * The gate's digest: from the runs of two sides to one result, which every output renders. Pure;
 * refuses what cannot be compared with a sentence that says what to do.
 */

import { UsageError } from "../errors.ts";
import { roleOf } from "../report/roles.ts";
import { differencesOf, fingerprintOf } from "../results/fingerprint.ts";
import type { Gate, JudgedMetric } from "../results/gate-schema.ts";
import { contender, type Metric, type Policy } from "../results/policy-schema.ts";
import type { Run } from "../results/schema.ts";
import { familyConfidence } from "../stats/bonferroni.ts";
import { medianInterval, valuesNeeded } from "../stats/median.ts";
import { type ByFork, slowdownOf } from "./compare.ts";
import { exitCodeOf, hasMoved, judge, sentenceOf, verdictOf } from "./judge.ts";
import { checkLaws } from "./laws.ts";
import { contenderMetrics, defaultMetrics, isRate, metricByFork, metricName } from "./metrics.ts";
import { shownFigures } from "./shown.ts";

/** A run and the file that it is in. */
export interface SideRun {
  readonly run: Run;
  readonly path: string;
}

/**
 * What the verdict rests on. `error`: of the declared family of intervals, all together; a paired
 * comparison that may be extended looks twice, and splits it.
 */
export type Evidence =
  | {
      readonly kind: "paired";
      readonly baseline: SideRun;
      readonly candidate: SideRun;
      readonly again: SideRun;
      readonly look: "only" | "first" | "last";
    }
  | { readonly kind: "unpaired"; readonly baseline: SideRun; readonly candidate: SideRun }
  | {
      readonly kind: "exact";
      readonly candidate: SideRun;
      readonly why: string;
      readonly isAskedFor?: boolean;
    };

/** What the program says of itself and of the occasion. */
export type Occasion = Pick<Gate, "tool" | "command" | "startedAt" | "elapsedMs" | "notes">;

/** P(any interval misses its shift), by look. Two looks together err no more than one. */
const errors = { only: 0.05, first: 0.01, last: 0.04 } as const;

const shownConfidence = 0.95;

/** The metrics of a comparison: the policy's, or the default family for these sides. */
export function metricsOf(policy: Policy, sidesDiffer: boolean): readonly Metric[] {
  return policy.metrics ?? (sidesDiffer ? contenderMetrics : defaultMetrics);
}

/** Pairs that the intervals of all metrics need at a look, none lost. */
export function pairsNeeded(metrics: readonly Metric[], look: keyof typeof errors): number {
  return valuesNeeded(familyConfidence(1 - errors[look], metrics.length));
}

/** @throws UsageError where the policy has fewer pairs than its first look needs */
export function refuseFewPairs(metrics: readonly Metric[], { pairs, extendTo }: Policy): void {
  const look = extendTo === null ? "only" : "first";
  const needed = pairsNeeded(metrics, look);
  if (pairs >= needed) return;
  throw new UsageError(
    `${pairs} pairs are too few for ${metrics.length} metrics` +
      `${look === "first" ? " and an extension, whose first look must be surer" : ""}: ` +
      `${needed} are needed. Ask for more --pairs, or for fewer metrics.`,
  );
}

/** @throws UsageError where a metric is missing on a side, or too many pairs were lost */
export function digestGate(
  evidence: Evidence,
  metrics: readonly Metric[],
  policy: Policy,
  occasion: Occasion,
): Gate {
  const sides = sidesOf(evidence);
  const laws = checkLaws(sides.map(({ role, run }) => ({ role, run })));
  const isBroken = laws.some(({ brokenCount }) => brokenCount > 0);
  const { note, ...compared } = compareUnless(isBroken, evidence, metrics, policy);
  const lawsAlone = evidence.kind === "exact" && evidence.isAskedFor === true;
  const verdict = verdictOf(laws, compared.metrics, lawsAlone);
  const gate = {
    verdict,
    policy: { ...policy, metrics: [...metrics] },
    laws,
    ...compared,
  };
  const { notes, ...others } = occasion;
  return {
    schemaVersion: 1,
    kind: "gate",
    ...others,
    ...gate,
    sentence: sentenceOf(gate),
    exitCode: exitCodeOf(verdict, policy),
    comparison: evidence.kind,
    sides: sides.map(({ role, run, path }) => ({
      role,
      run: path,
      command: run.command,
      tool: run.tool,
      startedAt: run.startedAt,
      host: run.host,
      fingerprint: fingerprintOf(run),
      forks: run.forks.filter(({ status }) => status === "complete").length,
    })),
    notes: [
      ...(evidence.kind === "exact" ? [evidence.why] : []),
      ...(note === undefined ? [] : [note]),
      ...notes,
    ],
  };
}

const nothing = { metrics: [], shown: [], pairs: null, differences: [] };

function sidesOf(evidence: Evidence): (SideRun & { role: Gate["sides"][number]["role"] })[] {
  const candidate = { ...evidence.candidate, role: "candidate" as const };
  if (evidence.kind === "exact") return [candidate];
  const baseline = { ...evidence.baseline, role: "baseline" as const };
  if (evidence.kind === "unpaired") return [baseline, candidate];
  return [baseline, candidate, { ...evidence.again, role: "baseline-again" as const }];
}

type Compared = Pick<Gate, "metrics" | "shown" | "pairs" | "differences">;

/** A broken law fails, whether or not times could be compared as well. */
function compareUnless(
  isBroken: boolean,
  evidence: Evidence,
  metrics: readonly Metric[],
  policy: Policy,
): Compared & { readonly note?: string } {
  if (evidence.kind === "exact") return nothing;
  try {
    return compare(evidence, metrics, policy);
  } catch (error) {
    if (!isBroken || !(error instanceof UsageError)) throw error;
    return { ...nothing, note: `No time is compared: ${error.message}` };
  }
}

function compare(
  evidence: Exclude<Evidence, { kind: "exact" }>,
  metrics: readonly Metric[],
  policy: Policy,
): Compared {
  const paired = evidence.kind === "paired";
  const baseline = evidence.baseline.run;
  const candidate = evidence.candidate.run;
  const dropped = paired ? droppedPairs(evidence) : lostForks(evidence);
  refuseManyLost(evidence, dropped, policy);
  const confidence = familyConfidence(1 - errors[paired ? evidence.look : "only"], metrics.length);
  const isKept = (pair: number) => !paired || !dropped.some((lost) => lost.pair === pair);
  const kept = (values: ByFork): ByFork => new Map([...values].filter(([pair]) => isKept(pair)));
  const placesOf = ({ forks }: Run) =>
    paired ? pairsOf(evidence) : forks.map(({ index }) => index);
  const sideValues = (base: ByFork, ours: ByFork) => ({
    baseline: valuesOf(base, placesOf(baseline)),
    candidate: valuesOf(ours, placesOf(candidate)),
  });
  const judged = metrics.map((metric): JudgedMetric => {
    const how = { paired, isRate: isRate(metric.figure), confidence };
    const base = kept(metricByFork(baseline, metric));
    const ours = kept(metricByFork(candidate, metric));
    const twin = paired ? kept(metricByFork(evidence.again.run, metric)) : undefined;
    const asked = (run: Run) =>
      paired ? pairsOf(evidence).length - dropped.length : completeForks(run);
    refuseMissing(metric, policy, [
      { role: "baseline", values: base, asked: asked(baseline) },
      { role: "candidate", values: ours, asked: asked(candidate) },
      ...(twin ? [{ role: "baseline-again", values: twin, asked: asked(baseline) }] : []),
    ]);
    const slowdown = slowdownOf(base, ours, how);
    return {
      name: metricName(metric),
      ...sideValues(base, ours),
      slowdown,
      ...judge(slowdown, policy, paired ? "pairs" : "forks a side"),
      environment: twin ? slowdownOf(base, twin, how) : null,
    };
  });
  return {
    metrics: judged.map((metric) => doubtful(metric, judged, policy)),
    shown: shownFigures(baseline, candidate).map(({ name, base, ours, isRate: rate }) => ({
      name,
      ...sideValues(kept(base), kept(ours)),
      slowdown: slowdownOf(kept(base), kept(ours), {
        paired,
        isRate: rate,
        confidence: shownConfidence,
      }),
    })),
    pairs: {
      measured: paired
        ? pairsOf(evidence).length
        : Math.min(completeForks(baseline), completeForks(candidate)),
      dropped,
      extended: paired && evidence.look === "last",
      confidence,
    },
    differences: differencesOf(baseline, candidate),
  };
}

/** Where the machine moved between two forks of the same code, no difference can be believed. */
function doubtful(
  metric: JudgedMetric,
  all: readonly JudgedMetric[],
  policy: Policy,
): JudgedMetric {
  const moved = all.find(({ environment }) => hasMoved(environment, policy));
  if (moved?.environment == null) return metric;
  const twin = judge(moved.environment, policy, "pairs").reason;
  const reason = `${metric.reason}; but the machine moved: ${moved.name}, twin ${twin}`;
  return { ...metric, verdict: "inconclusive", reason };
}

/** Those of the negative control alone have no metric, and are not asked for one. */
function completeForks({ forks }: Run): number {
  const isAsked = (id: string) => roleOf(id) !== "negative-control";
  return forks.filter(({ status, strategies }) => status === "complete" && strategies.some(isAsked))
    .length;
}

/** Every pair that was begun: the side with the most forks has one of each. */
function pairsOf(evidence: Evidence): number[] {
  const pairs = Math.max(...sidesOf(evidence).map(({ run }) => run.forks.length));
  return Array.from({ length: pairs }, (_, pair) => pair);
}

/** Pairs of which a fork was lost; what the others measured is in the files, and not used. */
function droppedPairs(evidence: Extract<Evidence, { kind: "paired" }>) {
  const sides = sidesOf(evidence);
  return pairsOf(evidence).flatMap((pair) => {
    for (const { role, run } of sides) {
      const fork = run.forks.find(({ index }) => index === pair);
      if (fork?.status === "complete") continue;
      const reason = fork ? (fork.error ?? fork.status) : "it did not run";
      return [{ pair, side: role, reason }];
    }
    return [];
  });
}

interface Lost {
  /** The pair, or the fork of a file. */
  readonly pair: number;
  readonly side: string;
  readonly reason: string;
}

/** Of two files each lost fork; the others of the other file are not its pairs. */
function lostForks(evidence: Evidence): Lost[] {
  return sidesOf(evidence).flatMap(({ role, run }) =>
    run.forks.flatMap(({ index, status, error }): Lost[] =>
      status === "complete" ? [] : [{ pair: index, side: role, reason: error ?? status }],
    ),
  );
}

/** What is left of many crashes is a choice of forks, which no verdict may rest on. */
function refuseManyLost(evidence: Evidence, dropped: readonly Lost[], policy: Policy): void {
  if (evidence.kind === "paired") {
    refuseAbove(policy, dropped, pairsOf(evidence).length, "pairs");
    return;
  }
  for (const { role, run } of sidesOf(evidence)) {
    const lost = dropped.filter(({ side }) => side === role);
    refuseAbove(policy, lost, run.forks.length, "forks");
  }
}

function refuseAbove(
  { mostDroppedShare }: Policy,
  lost: readonly Lost[],
  measured: number,
  unit: string,
): void {
  if (lost.length <= mostDroppedShare * measured) return;
  const [first] = lost;
  throw new UsageError(
    `${lost.length} of ${measured} ${unit} were lost, more than the ` +
      `${Number((mostDroppedShare * 100).toPrecision(3))} % that the policy allows; the first on ` +
      `the ${first?.side}'s side: ${first?.reason}. ` +
      "A crash is no regression: see why the forks end, then gate again.",
  );
}

interface Lacking {
  readonly role: string;
  readonly values: ByFork;
  /** Forks that should have the metric. */
  readonly asked: number;
}

/** A metric that is not there, or not in as many forks as may be lost, is never a pass. */
function refuseMissing(
  metric: Metric,
  { mostDroppedShare }: Policy,
  sides: readonly Lacking[],
): void {
  const lacking = sides.find(
    ({ values, asked }) => values.size === 0 || values.size < (1 - mostDroppedShare) * asked,
  );
  if (!lacking) return;
  const { role, values, asked } = lacking;
  throw new UsageError(
    `The ${role} has ${values.size === 0 ? "no fork" : `${values.size} of ${asked} forks`} with ` +
      `the metric ${metricName(metric)}. Measure its scenario, actors and strategies (${
        metric.strategy === contender ? "the side's contender" : metric.strategy
      }, ${metric.against}) on both sides, or take it out of the policy's metrics.`,
  );
}

/** A value for each pair or fork, null where it has none. */
function valuesOf(values: ByFork, places: readonly number[]) {
  return {
    median: medianInterval([...values.values()]).median ?? null,
    values: places.map((place) => values.get(place) ?? null),
  };
}
