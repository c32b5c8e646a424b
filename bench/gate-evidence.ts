/**
 * Where a gate's evidence comes from: two files, a file and a fresh run, or pairs of fresh forks.
 */

import { existsSync } from "node:fs";
import { UsageError } from "../src/errors.ts";
import {
  forksToRank,
  incomparable,
  refuseDifferentOptions,
  refuseUnfit,
} from "../src/gate/comparable.ts";
import type { Evidence, SideRun } from "../src/gate/digest.ts";
import { fingerprintOf } from "../src/results/fingerprint.ts";
import { contender, type Metric, type Policy } from "../src/results/policy-schema.ts";
import { readRun } from "../src/results/store.ts";
import { baselinePath } from "./baseline-path.ts";
import { type Measuring, type SidePlan, Sides } from "./gate-measure.ts";
import { packageRoot } from "./program.ts";
import { hasOwnStrategies, repeatableWords, sideWords } from "./race-words.ts";

/** What is compared with what; paths and words as typed. */
export type Question =
  | { readonly kind: "files"; readonly baseline: string; readonly candidate: string }
  | { readonly kind: "baseline"; readonly baseline: string | undefined }
  | {
      readonly kind: "pairs";
      /** A checkout; undefined where the sides differ in their words alone. */
      readonly base: string | undefined;
      readonly baseArgs: readonly string[];
      readonly candidateArgs: readonly string[];
    }
  | { readonly kind: "exact" };

export interface Asking extends Omit<Measuring, "inputs"> {
  readonly question: Question;
  readonly metrics: readonly Metric[];
  readonly policy: Policy;
  /** Whether the first look at the pairs leaves the answer open. */
  readonly isOpen: (evidence: Evidence) => boolean;
}

/** Measures what has to be measured. @throws UsageError where there is no evidence to be had */
export async function gatherEvidence(asking: Asking): Promise<Evidence> {
  const { question } = asking;
  switch (question.kind) {
    case "files":
      return againstFile(load(question.baseline), load(question.candidate));
    case "baseline":
      return await againstBaseline(asking, question.baseline);
    case "pairs":
      return await measurePairs(asking, question);
    case "exact":
      return await measureExact(asking);
    default:
      return question satisfies never;
  }
}

/** Every scenario and the contenders with their control, once each, as short as a block can be. */
const exactForks = 2;
const exactWords = [
  ...["--strategy", "hint-munmap,fixed-noreplace,noreplace-or-hint,kernel-chosen"],
  ...["--actors", "1,2", "--rounds", "2", "--block-ms", "4"],
];

function load(path: string): SideRun {
  return { run: readRun(path), path };
}

function againstFile(baseline: SideRun, candidate: SideRun): Evidence {
  for (const [role, { run, path }] of Object.entries({ baseline, candidate })) {
    refuseUnfit(run, `The ${role} ${path}`);
  }
  refuseWithoutHistograms(candidate);
  const why = incomparable(baseline.run, candidate.run);
  if (why !== undefined) return { kind: "exact", candidate, why: `${baseline.path}: ${why}` };
  refuseDifferentOptions(baseline.run, candidate.run);
  return { kind: "unpaired", baseline, candidate };
}

/** The laws of a candidate's histograms cannot be checked in a baseline, which has none. */
function refuseWithoutHistograms({ run, path }: SideRun): void {
  const arms = run.forks.flatMap(({ trials }) => trials.flatMap((trial) => trial.arms));
  const distributions = arms.flatMap((arm) => Object.values(arm.distributions));
  if (distributions.every(({ histogram }) => histogram !== null)) return;
  throw new UsageError(
    `The candidate ${path} is a baseline, without its histograms. Name the result file that it ` +
      "was saved from.",
  );
}

async function againstBaseline(asking: Asking, named: string | undefined): Promise<Evidence> {
  const { metrics, policy, seed } = asking;
  if (named === undefined) {
    const words = sideWords(metrics, policy, seed, []);
    const candidate = await measureAlone(asking, words, policy.pairs, [], policy);
    const own = baselinePath(fingerprintOf(candidate.run));
    if (existsSync(own)) return againstFile(load(own), candidate);
    const why =
      `There is no baseline for this machine: ${own} is not there. Save one with ` +
      `\`noclobber baseline save ${candidate.path}\`, from the tree to compare with.`;
    return { kind: "exact", candidate, why };
  }
  const baseline = load(named);
  refuseUnfit(baseline.run, `The baseline ${baseline.path}`);
  const words = repeatableWords(baseline.run, baseline.path);
  const forks = forksToRank(baseline.run.forks.length, policy.pairs);
  const candidate = await measureAlone(asking, words, forks, [named], policy);
  return againstFile(baseline, candidate);
}

async function measureExact(asking: Asking): Promise<Evidence> {
  const strict = { mostDroppedShare: 0 };
  const candidate = await measureAlone(asking, exactWords, exactForks, [], strict);
  const why = "--exact: the laws alone were asked for, at the smallest size; no time is compared.";
  return { kind: "exact", candidate, why, isAskedFor: true };
}

/** Measures forks of this checkout. @throws UsageError where too many are lost */
export async function measureAlone(
  measuring: Omit<Measuring, "inputs">,
  words: readonly string[],
  forks: number,
  inputs: readonly string[],
  { mostDroppedShare }: Pick<Policy, "mostDroppedShare">,
): Promise<SideRun> {
  const plan = { role: "candidate", root: packageRoot, words } as const;
  const sides = new Sides({ ...measuring, inputs }, [plan], forks);
  const mostLost = mostDroppedShare * forks;
  const [side] = await sides.measure(() => sides.range({ from: 0, to: forks, mostLost }));
  refuseLost(side as SideRun, mostLost);
  return side as SideRun;
}

/** Every law holds in what was not looked at. @throws UsageError where that is too much */
function refuseLost({ run: { forks }, path }: SideRun, mostLost: number): void {
  const lost = forks.filter(({ status }) => status !== "complete");
  if (lost.length <= mostLost) return;
  throw new UsageError(
    `${lost.length} of ${forks.length} forks were lost, the first: ` +
      `${lost[0]?.error ?? lost[0]?.status}. A crash is no regression, and no pass: see why the ` +
      `forks end, then gate again. What was measured is in ${path}.`,
  );
}

async function measurePairs(
  asking: Asking,
  { base = packageRoot, baseArgs, candidateArgs }: Extract<Question, { kind: "pairs" }>,
): Promise<Evidence> {
  const { metrics, policy, seed, isOpen } = asking;
  const { pairs, extendTo, mostDroppedShare } = policy;
  refuseUnnamedContenders(metrics, [baseArgs, candidateArgs]);
  const plan = (role: SidePlan["role"], root: string, own: readonly string[]): SidePlan => ({
    ...{ role, root, words: sideWords(metrics, policy, seed, own) },
  });
  const plans = [
    plan("baseline", base, baseArgs),
    plan("candidate", packageRoot, candidateArgs),
    plan("baseline-again", base, baseArgs),
  ];
  const sides = new Sides({ ...asking, inputs: [] }, plans, extendTo ?? pairs);
  let look: "only" | "first" | "last" = extendTo === null ? "only" : "first";
  const evidenceOf = (runs: readonly SideRun[]): Evidence => {
    const [baseline, candidate, again] = runs as [SideRun, SideRun, SideRun];
    const why = incomparable(baseline.run, candidate.run);
    if (why !== undefined) throw new UsageError(`The two sides cannot be compared: ${why}`);
    return { kind: "paired", baseline, candidate, again, look };
  };
  const runs = await sides.measure(async () => {
    await sides.range({ from: 0, to: pairs, mostLost: mostDroppedShare * pairs });
    if (extendTo === null || !isOpen(evidenceOf(sides.runs()))) return;
    look = "last";
    await sides.range({ from: pairs, to: extendTo, mostLost: mostDroppedShare * extendTo });
  });
  return evidenceOf(runs);
}

function refuseUnnamedContenders(
  metrics: readonly Metric[],
  words: readonly (readonly string[])[],
): void {
  const needsOwn = metrics.some(({ strategy }) => strategy === contender);
  if (!needsOwn || words.every(hasOwnStrategies)) return;
  throw new UsageError(
    "Each side's own contender is compared, so both need --strategy: its contender and the " +
      'control, as in --base-args "--strategy hint-munmap,kernel-chosen".',
  );
}
