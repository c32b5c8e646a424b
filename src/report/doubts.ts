/**
 * What casts doubt on a comparison: everything that casts doubt on either of its runs. The formats
 * put it their own way; the sentences are the same.
 */

import type { Digest, Doubts, IncompleteFork, Violation } from "./digest.ts";
import { isGrave, type Label } from "./labels.ts";
import { asSentence, plural } from "./wording.ts";

export interface SideDoubts extends Doubts {
  readonly side: "baseline" | "candidate";
  readonly labels: readonly Label[];
}

/** The baseline's, then the candidate's; a side whose figures cannot be trusted comes first. */
export function doubtsOfSides(baseline: Digest, candidate: Digest): SideDoubts[] {
  const sides = [doubtsOf("baseline", baseline), doubtsOf("candidate", candidate)];
  return [...sides.filter(isBroken), ...sides.filter((side) => !isBroken(side))];
}

function doubtsOf(side: SideDoubts["side"], digest: Digest): SideDoubts {
  const { headline, violations, incompleteForks, warnings } = digest;
  return { side, labels: headline.labels, violations, incompleteForks, warnings };
}

/** A law of the side broke, or something was unsafe: no change to or from it can be told. */
export function isBroken({ labels }: Pick<SideDoubts, "labels">): boolean {
  return labels.some(isGrave);
}

/** Begins a sentence on the side: "Baseline: ". */
export function leadOf({ side }: Pick<SideDoubts, "side">): string {
  return `${side === "baseline" ? "Baseline" : "Candidate"}: `;
}

/** "fork 2, spread, 2 actors: attempts 7, outcomes 6". */
export function violationWords({ fork, scenario, actors, text }: Violation): string {
  return `fork ${fork + 1}, ${scenario}, ${plural(actors, "actor")}: ${text}`;
}

/** "failed: mmap: ENOMEM; the trials it finished count". */
export function incompleteWords({ status, error, counted }: IncompleteFork): string {
  const kept = counted ? "the trials it finished count" : "it finished no trial";
  return `${status}: ${error}; ${kept}`;
}

/** Every doubt but the labels, a sentence each, at most `most` of a kind. */
export function doubtSentences(doubts: Doubts, most: number): string[] {
  const { violations, incompleteForks, warnings } = doubts;
  const shown = (all: readonly string[], noun: string) => {
    const rest = all.length - most;
    return [...all.slice(0, most), ...(rest > 0 ? [`And ${plural(rest, `more ${noun}`)}.`] : [])];
  };
  return [
    ...shown(
      violations.map((each) => asSentence(`Broken law: ${violationWords(each)}`)),
      "violation",
    ),
    ...shown(
      incompleteForks.map((each) => `Fork ${each.fork + 1} ${incompleteWords(each)}.`),
      "such fork",
    ),
    ...shown(
      warnings.map(({ message }) => asSentence(message)),
      "warning",
    ),
  ];
}
