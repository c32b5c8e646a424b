/**
 * The conservation laws that every block of every actor obeys, whatever the race did. One violation
 * is an error of harness or kernel, never noise.
 */

import { type CallClass, callClasses } from "../model.ts";
import type { Strategy } from "../strategies/strategy.ts";
import type { RecordCounts } from "./tally.ts";

/** The laws that do not hold, each as a sentence with its figures; empty when all hold. */
export function violationsOf(
  attempts: number,
  counts: RecordCounts,
  strategy: Strategy,
  flagIsSupported: boolean,
): string[] {
  const of = (kind: CallClass): number => counts.byClass[callClasses.indexOf(kind)] as number;
  const outcomes = of("placed") + of("rejected") + of("misplaced") + of("failed");
  const laws: [holds: boolean, sentence: string][] = [
    [
      attempts === outcomes,
      `${attempts} attempts, but ${outcomes} outcomes (placed + rejected + misplaced + failed)`,
    ],
    [
      of("misplaced") === of("cleanup"),
      `${of("misplaced")} misplaced mappings, but ${of("cleanup")} cleanup unmaps: a leak`,
    ],
    [
      of("misplaced") === of("lost"),
      `${of("misplaced")} misplaced mappings, but ${of("lost")} whole lost attempts`,
    ],
    [
      of("placed") === of("release"),
      `${of("placed")} placed windows, but ${of("release")} releases after the drain: a leak`,
    ],
    [counts.failedUnmaps === 0, `${counts.failedUnmaps} munmap calls failed: a leak`],
    [
      strategy.clobbers || counts.doubleOwners + counts.clobbers === 0,
      `${counts.doubleOwners} double owners and ${counts.clobbers} clobbers`,
    ],
    [
      strategy.clobbers || counts.canaries === 0,
      `${counts.canaries} pages did not hold what their owner wrote`,
    ],
    [
      !flagIsSupported || strategy.callsPerLostAttempt !== 1 || of("misplaced") === 0,
      `${of("misplaced")} mappings of a no-replace strategy landed elsewhere`,
    ],
  ];
  return laws.filter(([holds]) => !holds).map(([, sentence]) => `${strategy.id}: ${sentence}`);
}
