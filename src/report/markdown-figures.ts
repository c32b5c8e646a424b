/** The tables of the Markdown report that a comparison shares with a single run. */

import { formatCount, formatNs } from "../units.ts";
import type { Digest } from "./digest.ts";
import { prose, rowOf, table } from "./markdown-text.ts";
import { type OutcomeTotals, safetyWords } from "./safety.ts";
import type { StrategyRow } from "./tables.ts";
import { formatShare, formatWhole, medianWords } from "./wording.ts";

interface PlacedRow extends StrategyRow {
  /** "spread/2". */
  readonly place: string;
}

/** Medians over forks, one row a strategy in a configuration. */
export function scenarioTable({ scenarios }: Digest, mostBytes: number): string[] {
  const rows = scenarios.flatMap(({ scenario, tables }) =>
    tables.flatMap(({ actors, rows: strategies }) =>
      strategies.map((row): PlacedRow => ({ ...row, place: `${scenario}/${actors}` })),
    ),
  );
  const header = [
    rowOf([
      ...["where", "strategy", "conflicts", "reservations/s"],
      ...["placed p50", "lost p50", "lost p99", "release p50", "n"],
    ]),
    rowOf([":--", ":--", ...Array<string>(7).fill("--:")]),
  ];
  return table(header, rows, lineOf, mostBytes);
}

function lineOf(row: PlacedRow): string {
  return rowOf([
    prose(row.place),
    prose(row.strategy),
    medianWords(row.conflicts, formatShare),
    medianWords(row.reservationsPerSecond, formatCount),
    medianWords(row.placed.p50Ns, formatNs),
    medianWords(row.lost.p50Ns, formatNs),
    medianWords(row.lost.p99Ns, formatNs),
    medianWords(row.release.p50Ns, formatNs),
    formatWhole(row.forks),
  ]);
}

/** What became of every attempt, and what that proves. */
export function outcomeTable({ safety }: Pick<Digest, "safety">, mostBytes: number): string[] {
  const columns = [
    ...["strategy", "attempts", "placed", "rejected", "misplaced", "failed"],
    ...["clobbers", "double owners", "leaks", "strays"],
  ];
  const header = [rowOf(columns), rowOf([":--", ...Array<string>(columns.length - 1).fill("--:")])];
  const row = ({ strategy, counts, safety: seen }: OutcomeTotals) =>
    rowOf([
      prose(strategy),
      ...[counts.attempts, counts.placed, counts.rejected, counts.misplaced, counts.failed].map(
        formatWhole,
      ),
      ...[seen.clobbers, seen.doubleOwners, seen.leaks, seen.strays].map(formatWhole),
    ]);
  return [
    ...table(header, safety.outcomes, row, mostBytes),
    "",
    `${prose(safetyWords(safety))}. ${prose(safety.negativeControl.sentence)}.`,
  ];
}
