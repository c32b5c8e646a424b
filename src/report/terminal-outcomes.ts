/**
 * Outcomes and safety in the terminal report: what became of every attempt, what was done to
 * windows that had an owner, and what that proves.
 */

import type { Digest } from "./digest.ts";
import { type Paint, printable, wrap } from "./prose.ts";
import { type OutcomeTotals, safetyWords } from "./safety.ts";
import { type Column, layOutTable, titledRule } from "./text-table.ts";
import { formatWhole } from "./wording.ts";

const attemptColumns: readonly Column<OutcomeTotals>[] = [
  { label: "strategy", align: "left", text: ({ strategy }) => printable(strategy) },
  { label: "attempts", wideGap: true, text: ({ counts }) => formatWhole(counts.attempts) },
  { label: "placed", wideGap: true, givesWay: 2, text: (r) => formatWhole(r.counts.placed) },
  { label: "rejected", wideGap: true, givesWay: 3, text: (r) => formatWhole(r.counts.rejected) },
  { label: "misplaced", wideGap: true, givesWay: 3, text: (r) => formatWhole(r.counts.misplaced) },
  { label: "failed", wideGap: true, givesWay: 3, text: (r) => formatWhole(r.counts.failed) },
  {
    group: "calls/",
    label: "lost",
    wideGap: true,
    givesWay: 1,
    text: ({ callsPerLostAttempt: calls }) => (calls === undefined ? "-" : callsText(calls)),
  },
];

/** Refused attempts stand behind the misplaced ones that they are part of. */
const misplacedEnd = attemptColumns.findIndex(({ label }) => label === "misplaced") + 1;

const clobbers: Column<OutcomeTotals> = {
  label: "clobbers",
  wideGap: true,
  text: ({ safety }) => formatWhole(safety.clobbers),
};

const doubleOwners: Column<OutcomeTotals> = {
  group: "double",
  label: "owners",
  wideGap: true,
  text: ({ safety }) => formatWhole(safety.doubleOwners),
};

/** Only where there were any: then misplaced is not all conflict. */
const refused: Column<OutcomeTotals> = {
  group: "of them",
  label: "refused",
  wideGap: true,
  givesWay: 3,
  text: ({ counts }) => formatWhole(counts.refused),
};

/** Only where there were any: without --touch nobody looks. */
const canaries: Column<OutcomeTotals> = {
  group: "broken",
  label: "canaries",
  wideGap: true,
  text: ({ safety }) => formatWhole(safety.canaries),
};

const leftovers: readonly Column<OutcomeTotals>[] = [
  { label: "leaks", wideGap: true, text: ({ safety }) => formatWhole(safety.leaks) },
  { label: "strays", wideGap: true, text: ({ safety }) => formatWhole(safety.strays) },
];

/** The table of outcomes, the safety sentence, and what the negative control says of it. */
export function outcomeLines(
  digest: Pick<Digest, "safety">,
  width: number,
  paint: Paint,
): string[] {
  const { state, negativeControl } = digest.safety;
  const styles = { clean: "green", broken: "red", "no-attempts": "bold" } as const;
  return [
    ...tableLines(digest, width, paint),
    ...wrap(`${safetyWords(digest.safety)}.`, width, 2).map((line) => paint(styles[state], line)),
    ...wrap(`${negativeControl.sentence}.`, width, 2).map((line) =>
      negativeControl.state === "blind" ? paint("red", line) : line,
    ),
  ];
}

function tableLines(digest: Pick<Digest, "safety">, width: number, paint: Paint): string[] {
  const { outcomes } = digest.safety;
  if (outcomes.length === 0) return [];
  const touched = outcomes.some(({ safety }) => safety.canaries > 0);
  const isRefused = outcomes.some(({ counts }) => counts.refused > 0);
  const columns = [
    ...attemptColumns.slice(0, misplacedEnd),
    ...(isRefused ? [refused] : []),
    ...attemptColumns.slice(misplacedEnd),
    clobbers,
    doubleOwners,
    ...(touched ? [canaries] : []),
    ...leftovers,
  ];
  const table = layOutTable(columns, outcomes, width);
  return [
    ...table.header,
    ...titledRule("outcomes of all attempts, and safety", table, width, paint),
    ...table.body.map((line, index) =>
      outcomes[index]?.role === "contender" ? line : paint("dim", line),
    ),
  ];
}

/** "1" and "2" where the count is exact; six decimals where it is not, so that it cannot hide. */
function callsText(calls: number): string {
  return Number.isInteger(calls) ? String(calls) : calls.toFixed(6);
}
