/**
 * What a litmus scenario declares: every outcome that may be seen, and what it means. An outcome
 * that is not declared fails the run.
 */

export type Expectation = "acceptable" | "interesting" | "forbidden";

export interface Outcome {
  /** In kebab-case; the broken and the sound way of one scenario share their ids. */
  readonly id: string;
  readonly expectation: Expectation;
  /** One sentence for the table. */
  readonly meaning: string;
  /** Outcomes among which it is one, itself included; without it, all attempts. */
  readonly outOf?: readonly string[];
}

/** Whether something was seen that is forbidden, or that nobody declared. */
export function isForbidden(
  declared: readonly Outcome[],
  seen: ReadonlyMap<string, number>,
): boolean {
  const allowed = declared.filter(({ expectation }) => expectation !== "forbidden");
  const ids = new Set(allowed.map(({ id }) => id));
  return [...seen].some(([id, count]) => count > 0 && !ids.has(id));
}
