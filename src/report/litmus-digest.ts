/**
 * What a litmus run says: a verdict, and a row for every outcome that was seen or must not be.
 * Every renderer takes its figures from here. Pure.
 */

import type { LitmusCell, LitmusRun } from "../results/litmus-schema.ts";
import { upperBound95 } from "../stats/zero.ts";

/** From worst to best; exit codes follow it. */
export type LitmusVerdict = "unsafe" | "undeclared" | "nothing-run" | "blind" | "sound";

export interface LitmusRow {
  readonly outcome: string;
  readonly count: number;
  /**
   * Attempts among which it was looked for: all of them, or those that its declaration names; where
   * it was never seen, only those in which it would most likely have been.
   */
  readonly outOf: number;
  /** Part of them; for what was never seen, its 95 % upper bound. */
  readonly share: number;
  readonly expectation: "acceptable" | "interesting" | "forbidden" | "undeclared";
  readonly meaning: string;
}

/**
 * From worst to best. `blind`: a control that ran, and was not seen to clobber.
 */
export type LitmusState = "unsafe" | "undeclared" | "not-run" | "blind" | "sound";

export interface LitmusTable {
  readonly scenario: string;
  readonly strategy: string;
  readonly isControl: boolean;
  readonly state: LitmusState;
  readonly skipped: string | undefined;
  readonly attempts: number;
  /** Processes that contributed. */
  readonly forks: number;
  /** Seen outcomes in the order declared, and forbidden ones, seen or not. */
  readonly rows: readonly LitmusRow[];
  readonly violations: readonly string[];
  /** How often each interesting outcome was seen without and with delays, spread and packed. */
  readonly manners: readonly { readonly name: string; readonly share: number }[];
}

export interface LitmusDigest {
  readonly verdict: LitmusVerdict;
  readonly headline: string;
  readonly tables: readonly LitmusTable[];
  readonly attempts: number;
  readonly forks: number;
  /** Interesting outcomes that nobody saw: "scenario strategy: outcome (0 in N)". */
  readonly unwitnessed: readonly string[];
  readonly evidence: readonly {
    readonly scenario: string;
    readonly strategy: string;
    readonly where: string;
    /** The command that plays this again. */
    readonly again: string;
    readonly lines: readonly string[];
  }[];
}

/** Digests a run. */
export function digestLitmus(run: LitmusRun): LitmusDigest {
  const tables = run.cells.map(tableOf);
  const contenders = tables.filter(({ isControl }) => !isControl);
  const attempts = contenders.reduce((sum, table) => sum + table.attempts, 0);
  const verdict = verdictOf(tables, run);
  const forks = Math.max(0, ...contenders.map((table) => table.forks));
  return {
    verdict,
    headline: headlineOf(verdict, tables, run),
    tables,
    attempts,
    forks,
    unwitnessed: contenders.flatMap(unwitnessedOf(run.cells)),
    evidence: run.cells.flatMap((cell) =>
      cell.slices
        .filter(({ evidence }) => evidence.length > 0)
        .map(({ fork, seed, delays, packed, evidence }) => ({
          scenario: cell.scenario,
          strategy: cell.strategy,
          where:
            `${cell.scenario} ${cell.strategy}, fork ${fork}, seed ${seed}, ` +
            `${delays ? "with" : "without"} delays, ${packed ? "packed" : "spread"}`,
          again:
            `noclobber litmus --scenario ${cell.scenario} --strategy ${cell.strategy} ` +
            `--seed ${run.seed}${run.pretendOldKernel ? " --pretend-old-kernel" : ""}`,
          lines: evidence,
        })),
    ),
  };
}

function tableOf(cell: LitmusCell): LitmusTable {
  const attempts = cell.slices.reduce((sum, slice) => sum + slice.attempts, 0);
  const watchedSlices = cell.slices.filter(
    ({ delays, packed }) => cell.watched === "always" || (delays && !packed),
  );
  const countIn = (slices: LitmusCell["slices"], id: string): number =>
    slices.reduce((sum, slice) => sum + (slice.outcomes[id] ?? 0), 0);
  const seen = new Set(cell.slices.flatMap((slice) => Object.keys(slice.outcomes)));
  const declared = new Set(cell.declared.map(({ id }) => id));
  const row = (
    id: string,
    expectation: LitmusRow["expectation"],
    meaning: string,
    among?: readonly string[],
  ): LitmusRow => {
    const count = countIn(cell.slices, id);
    const slices = count > 0 || among ? cell.slices : watchedSlices;
    const outOf = among
      ? among.reduce((sum, each) => sum + countIn(slices, each), 0)
      : slices.reduce((sum, slice) => sum + slice.attempts, 0);
    const share = count > 0 ? count / outOf : upperBound95(Math.max(1, outOf));
    return { outcome: id, count, outOf, share, expectation, meaning };
  };
  const rows = [
    ...cell.declared.map(({ id, expectation, meaning, outOf }) =>
      row(id, expectation, meaning, outOf),
    ),
    ...[...seen]
      .filter((id) => !declared.has(id))
      .map((id) => row(id, "undeclared", "nobody declared this outcome")),
  ].filter(({ count, expectation }) => count > 0 || expectation === "forbidden");
  const isControl = cell.role === "negative-control";
  const violations = cell.slices.flatMap(({ violations: broken }) => broken);
  return {
    scenario: cell.scenario,
    strategy: cell.strategy,
    isControl,
    state: stateOf({ isControl, attempts, rows, violations }),
    skipped: cell.skipped,
    attempts,
    forks: new Set(cell.slices.map(({ fork }) => fork)).size,
    rows,
    violations,
    manners: mannersOf(cell),
  };
}

/** Share of the most frequent interesting outcome, manner by manner. */
function mannersOf(cell: LitmusCell): LitmusTable["manners"] {
  const interesting = cell.declared.filter(({ expectation }) => expectation === "interesting");
  if (interesting.length === 0) return [];
  const manners = [
    { name: "spread", delays: false, packed: false },
    { name: "spread, delays", delays: true, packed: false },
    { name: "packed", delays: false, packed: true },
    { name: "packed, delays", delays: true, packed: true },
  ];
  return manners.map(({ name, delays, packed }) => {
    const slices = cell.slices.filter((s) => s.delays === delays && s.packed === packed);
    const attempts = slices.reduce((sum, slice) => sum + slice.attempts, 0);
    // The two sides of one clobber are two outcomes: the more frequent one tells how often.
    const seen = Math.max(
      ...interesting.map(({ id }) => slices.reduce((n, s) => n + (s.outcomes[id] ?? 0), 0)),
    );
    return { name, share: attempts === 0 ? 0 : seen / attempts };
  });
}

type Judged = Pick<LitmusTable, "isControl" | "attempts" | "rows" | "violations">;

/** What is forbidden counts for the control, too; the clobbers that it is for are not. */
function stateOf({ isControl, attempts, rows, violations }: Judged): LitmusState {
  const has = (wanted: LitmusRow["expectation"]) =>
    rows.some(({ expectation, count }) => expectation === wanted && count > 0);
  if (violations.length > 0 || has("forbidden")) return "unsafe";
  if (has("undeclared")) return "undeclared";
  if (attempts === 0) return "not-run";
  // The detectors saw nothing where a clobber must happen.
  return isControl && !has("interesting") ? "blind" : "sound";
}

function verdictOf(tables: readonly LitmusTable[], run: LitmusRun): LitmusVerdict {
  const has = (wanted: LitmusState) => tables.some(({ state }) => state === wanted);
  if (has("unsafe")) return "unsafe";
  if (has("undeclared") || run.lostForks.some(isCrash)) return "undeclared";
  if (tables.every(({ state }) => state === "not-run")) return "nothing-run";
  return has("blind") ? "blind" : "sound";
}

/** A clobbered page may show as a fault when its owner touches it. */
export function isCrash({ error }: LitmusRun["lostForks"][number]): boolean {
  return /SIGSEGV|SIGBUS/.test(error);
}

function headlineOf(
  verdict: LitmusVerdict,
  tables: readonly LitmusTable[],
  run: LitmusRun,
): string {
  const bad = tables.find(({ state }) => state === "unsafe");
  switch (verdict) {
    case "unsafe":
      return `UNSAFE: ${bad?.scenario} under ${bad?.strategy} showed what must never be seen.`;
    case "undeclared":
      return (
        "An outcome was seen that nobody declared, or a process crashed: neither safe nor unsafe " +
        "until explained."
      );
    case "nothing-run":
      return "Nothing ran, so nothing is said.";
    case "blind":
      return "This run proves nothing: the detectors saw no clobber under plain MAP_FIXED.";
    case "sound": {
      const hasControl = tables.some(({ isControl, attempts }) => isControl && attempts > 0);
      const control = hasControl
        ? "The negative control clobbered, and was seen to."
        : "The negative control did not run: nothing shows that a clobber would be seen.";
      const kernel = run.pretendOldKernel ? "pretending to be older than 4.17" : "on this kernel";
      return `No forbidden outcome was seen ${kernel}. ${control}`;
    }
    default:
      return verdict satisfies never;
  }
}

function unwitnessedOf(cells: readonly LitmusCell[]) {
  return ({ scenario, strategy, attempts, rows }: LitmusTable): string[] => {
    if (attempts === 0) return [];
    const cell = cells.find((c) => c.scenario === scenario && c.strategy === strategy);
    const interesting = cell?.declared.filter((d) => d.expectation === "interesting") ?? [];
    return interesting
      .filter(({ id }) => !rows.some((row) => row.outcome === id))
      .map(({ id }) => `${scenario} ${strategy}: ${id} (0 in ${attempts})`);
  };
}
