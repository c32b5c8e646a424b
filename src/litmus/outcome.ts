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
}
