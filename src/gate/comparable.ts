/**
 * What may be compared with what. Another machine's file leaves the exact laws; another probe or
 * other options are a mistake that a user can mend. Pure.
 */

import { UsageError } from "../errors.ts";
import { differingOptions, fingerprintFacts } from "../results/fingerprint.ts";
import type { Run } from "../results/schema.ts";
import { mostPairings } from "../stats/rank-sum.ts";

/** What the probe contributes to a fingerprint; the rest is the machine. */
const probeFacts = ["probe", "probe clock"];

/** @throws UsageError where the run is not whole */
export function refuseUnfit(run: Run, who: string): void {
  if (run.status !== "complete") {
    const { length } = run.forks;
    throw new UsageError(
      `${who} is ${run.status === "running" ? "not finished" : "interrupted"}: ` +
        `${length} fork${length === 1 ? "" : "s"}. Measure it again, whole.`,
    );
  }
  refuseMixedMachines(run, who);
  if (run.forks.some(({ status }) => status === "complete")) return;
  const [first] = run.forks;
  throw new UsageError(
    `${who} has no complete fork of ${run.forks.length}` +
      `${first?.error === undefined ? "" : `; the first: ${first.error}`}. Measure it again.`,
  );
}

/** Forks of different machines have no fingerprint in common. */
function refuseMixedMachines(run: Run, who: string): void {
  const machines = new Set(
    run.sources?.map(({ host, probe }) =>
      JSON.stringify(fingerprintFacts({ ...run, host, probe })),
    ),
  );
  if (machines.size <= 1) return;
  throw new UsageError(
    `${who} is merged from ${machines.size} kinds of machine, and a gate judges one. Merge the ` +
      "files of one machine, or compare with noclobber report --against.",
  );
}

/**
 * Why the runs cannot be put side by side: not the same machine.
 * @throws UsageError where not the machine but the probe differs
 */
export function incomparable(baseline: Run, candidate: Run): string | undefined {
  const [theirs, ours] = [fingerprintFacts(baseline), fingerprintFacts(candidate)];
  const facts = Object.keys(ours).filter((fact) => theirs[fact] !== ours[fact]);
  const machine = facts.filter((fact) => !probeFacts.includes(fact));
  const listed = (which: readonly string[]) =>
    which.map((fact) => `${fact} ${theirs[fact]} and ${ours[fact]}`).join("; ");
  if (machine.length > 0) {
    return `The baseline is of another machine, so no time is compared: ${listed(machine)}.`;
  }
  if (facts.length === 0) {
    refuseOtherKernelAnswer(baseline, candidate);
    return undefined;
  }
  throw new UsageError(
    `The sides were measured in different ways, so no figure compares: ${listed(facts)}. ` +
      "Measure both with the same --probe; a run's file says why its probe was chosen.",
  );
}

/** What a kernel makes of the flag decides which laws hold: one kernel has one answer. */
function refuseOtherKernelAnswer(baseline: Run, candidate: Run): void {
  const kernelOf = ({ host }: Run) => `${host.kernelRelease} ${host.kernelVersion}`;
  if (kernelOf(baseline) !== kernelOf(candidate)) return;
  if (baseline.flagVerdict === candidate.flagVerdict) return;
  throw new UsageError(
    `On the same kernel the baseline found MAP_FIXED_NOREPLACE ${baseline.flagVerdict} and the ` +
      `candidate ${candidate.flagVerdict}, so one of them does not see it as it is. Ask ` +
      "`noclobber doctor` in both trees.",
  );
}

/** @throws UsageError where the sides did not do the same, or are too many to rank */
export function refuseDifferentOptions(baseline: Run, candidate: Run): void {
  const differing = differingOptions(baseline, candidate);
  if (differing.length > 0) {
    const listed = differing.map(
      ({ fact, baseline: theirs, candidate: ours }) => `${fact} ${theirs} and ${ours}`,
    );
    throw new UsageError(
      `Baseline and candidate did not measure the same: ${listed.join("; ")}. ` +
        "Measure the candidate as the baseline was: gate --baseline without --candidate does.",
    );
  }
  refuseManyForks(baseline.forks.length, candidate.forks.length);
}

/** Forks of a candidate: as many as the baseline has, at least `pairs`, as far as can be ranked. */
export function forksToRank(baselineForks: number, pairs: number): number {
  refuseManyForks(baselineForks, pairs);
  return Math.min(Math.max(baselineForks, pairs), Math.floor(mostPairings / baselineForks));
}

function refuseManyForks(baseline: number, candidate: number): void {
  if (baseline * candidate <= mostPairings) return;
  throw new UsageError(
    `${baseline} and ${candidate} forks are more than can be ranked: ${mostPairings} pairs of a ` +
      "baseline's and a candidate's fork at most. Measure with fewer --forks.",
  );
}
