/**
 * Where a gate's evidence comes from: two files, a file and a fresh run, or pairs of fresh forks.
 * Runs are measured by `bench --paced` in processes of their own, of whichever checkout.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../src/errors.ts";
import { incomparable, refuseDifferentOptions, refuseUnfit } from "../src/gate/comparable.ts";
import type { Evidence, SideRun } from "../src/gate/digest.ts";
import { fingerprintOf } from "../src/gate/fingerprint.ts";
import { ForkLost } from "../src/orchestrate/fork-process.ts";
import { lockMachine } from "../src/orchestrate/lock.ts";
import type { Side } from "../src/orchestrate/pacing.ts";
import { PairedRuns, planPairs, type Role } from "../src/orchestrate/pairs.ts";
import { contender, type Metric, type Policy } from "../src/results/policy-schema.ts";
import { readRun } from "../src/results/store.ts";
import { baselinePath } from "./baseline-path.ts";
import { packageRoot } from "./program.ts";
import { pacedWords, sideWords, wordsOf } from "./race-words.ts";

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

export interface Asking {
  readonly question: Question;
  readonly metrics: readonly Metric[];
  readonly policy: Policy;
  readonly seed: number;
  /** Where fresh runs are saved. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Told between forks, when nothing is measured. */
  readonly onPair: (done: number, of: number) => void;
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
  const why = incomparable(baseline.run, candidate.run);
  if (why !== undefined) return { kind: "exact", candidate, why: `${baseline.path}: ${why}` };
  refuseDifferentOptions(baseline.run, candidate.run);
  return { kind: "unpaired", baseline, candidate };
}

async function againstBaseline(asking: Asking, named: string | undefined): Promise<Evidence> {
  const baseline = named === undefined ? undefined : load(named);
  if (baseline) refuseUnfit(baseline.run, `The baseline ${baseline.path}`);
  if (baseline) refuseUnfit(baseline.run, `The baseline ${baseline.path}`);
  const { metrics, policy, seed } = asking;
  const words = baseline ? wordsOf(baseline.run.options) : sideWords(metrics, policy, seed, []);
  const forks = baseline ? Math.max(baseline.run.forks.length, policy.pairs) : policy.pairs;
  const mostLost = policy.mostDroppedShare * forks;
  const candidate = await measureOne(asking, words, forks, mostLost);
  refuseLost(candidate, mostLost);
  if (baseline) return againstFile(baseline, candidate);
  const own = baselinePath(fingerprintOf(candidate.run));
  if (existsSync(own)) return againstFile(load(own), candidate);
  const why =
    `There is no baseline for this machine: ${own} is not there. Save one with ` +
    `\`noclobber baseline save ${candidate.path}\`, from the tree to compare with.`;
  return { kind: "exact", candidate, why };
}

async function measureExact(asking: Asking): Promise<Evidence> {
  const candidate = await measureOne(asking, exactWords, exactForks, 0);
  refuseLost(candidate, 0);
  const why = "--exact: the laws alone were asked for, at the smallest size; no time is compared.";
  return { kind: "exact", candidate, why, isAskedFor: true };
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

/** Measures forks of this checkout alone; where more than `mostLost` are lost, no more of them. */
export async function measureOne(
  asking: Pick<Asking, "folder" | "seed" | "signal" | "onPair">,
  words: readonly string[],
  forks: number,
  mostLost = Number.POSITIVE_INFINITY,
): Promise<SideRun> {
  const side = sideOf(asking, "candidate", packageRoot, words, forks);
  await measure(asking, [side], async (runs) => {
    await measureRange(asking, runs, [side.role], { from: 0, to: forks, mostLost });
  });
  return load(side.output);
}

async function measurePairs(
  asking: Asking,
  { base = packageRoot, baseArgs, candidateArgs }: Extract<Question, { kind: "pairs" }>,
): Promise<Evidence> {
  const { metrics, policy, seed, isOpen } = asking;
  const most = policy.extendTo ?? policy.pairs;
  const needsOwn = metrics.some(({ strategy }) => strategy === contender);
  const names = (own: readonly string[]) => own.some((word) => word.startsWith("--strategy"));
  if (needsOwn && !(names(baseArgs) && names(candidateArgs))) {
    throw new UsageError(
      "Each side's own contender is compared, so both need --strategy: its contender and the " +
        'control, as in --base-args "--strategy hint-munmap,kernel-chosen".',
    );
  }
  const words = (own: readonly string[]) => sideWords(metrics, policy, seed, own);
  const sides = [
    sideOf(asking, "baseline", base, words(baseArgs), most),
    sideOf(asking, "candidate", packageRoot, words(candidateArgs), most),
    sideOf(asking, "baseline-again", base, words(baseArgs), most),
  ];
  const roles = sides.map(({ role }) => role);
  const evidence = (look: "only" | "first" | "last"): Evidence => {
    const [baseline, candidate, again] = sides.map(({ output }) => load(output)) as [
      SideRun,
      SideRun,
      SideRun,
    ];
    const why = incomparable(baseline.run, candidate.run);
    if (why !== undefined) throw new UsageError(`The two sides cannot be compared: ${why}`);
    return { kind: "paired", baseline, candidate, again, look };
  };
  let look: "only" | "first" | "last" = policy.extendTo === null ? "only" : "first";
  await measure(asking, sides, async (runs) => {
    const mostLost = policy.mostDroppedShare * policy.pairs;
    await measureRange(asking, runs, roles, { from: 0, to: policy.pairs, mostLost });
    if (policy.extendTo === null || !isOpen(evidence("first"))) return;
    look = "last";
    await measureRange(asking, runs, roles, { from: policy.pairs, to: policy.extendTo });
  });
  return evidence(look);
}

function sideOf(
  { folder }: Pick<Asking, "folder">,
  role: Role,
  root: string,
  words: readonly string[],
  forks: number,
): Side {
  const program = join(root, "dist", "bench", "cli.js");
  if (!existsSync(program)) {
    throw new UsageError(
      `The ${role}'s checkout ${root} has no ${join("dist", "bench", "cli.js")}. ` +
        "Name a checkout of noclobber, and run `npm ci && npm run build` in it.",
    );
  }
  const output = join(folder, `${role}.json`);
  return { role, program, words: [...words, ...pacedWords(forks)], output };
}

/** Opens the sides, lets `work` measure, and closes them, whatever happens. */
async function measure(
  { signal }: Pick<Asking, "signal">,
  sides: readonly Side[],
  work: (runs: PairedRuns) => Promise<void>,
): Promise<void> {
  await lockMachine();
  const runs = new PairedRuns(sides, signal);
  try {
    await runs.open();
    await work(runs);
    await runs.close();
  } catch (error) {
    if (!(error instanceof ForkLost) || error.status === "interrupted") throw error;
    throw new UsageError(
      `A side cannot measure: ${error.message}. A side must be a built checkout of noclobber ` +
        "whose bench has --paced, and its words must be options of that bench.",
    );
  } finally {
    await runs.leave();
  }
}

interface Range {
  readonly from: number;
  readonly to: number;
  /** Pairs or forks; beyond, nobody will judge what is left, and forks that hang take minutes. */
  readonly mostLost?: number;
}

/** Pairs `from` to `to` of one plan, so that an extension goes on where the first look stopped. */
async function measureRange(
  { seed, onPair }: Pick<Asking, "seed" | "onPair">,
  runs: PairedRuns,
  roles: readonly Role[],
  { from, to, mostLost = Number.POSITIVE_INFINITY }: Range,
): Promise<void> {
  const orders = planPairs(roles, to, seed).slice(from);
  let lost = 0;
  onPair(from, to);
  for await (const { pair, forks } of runs.measure(orders)) {
    onPair(pair + 1, to);
    if (forks.some(({ status }) => status !== "complete")) lost++;
    if (lost > mostLost) return;
  }
}
