/**
 * Progress of a run on standard error: one line redrawn in place on a terminal, plain lines
 * elsewhere. Draws only when told, which is never while a block runs.
 */

import type { WriteStream } from "node:tty";
import type { ForkFacts } from "../src/orchestrate/fork-life.ts";
import { redrawLine } from "./status-line.ts";

const barCells = 20;

export class Live {
  readonly #stream: WriteStream;
  readonly #forks: number;
  readonly #budgetMs: number;

  constructor(stream: WriteStream, forks: number, budgetMs: number) {
    this.#stream = stream;
    this.#forks = forks;
    this.#budgetMs = budgetMs;
  }

  /** Shows what a fork measures next. */
  started(fork: number, what: string, elapsedMs: number): void {
    if (!this.#stream.isTTY) return;
    const done = Math.min(1, elapsedMs / this.#budgetMs);
    const filled = Math.round(done * barCells);
    const bar = "#".repeat(filled) + "-".repeat(barCells - filled);
    const leftSeconds = Math.max(0, Math.ceil((this.#budgetMs - elapsedMs) / 1000));
    redrawLine(this.#stream, `${this.#numberOf(fork)}  [${bar}]  ${leftSeconds} s left  ${what}`);
  }

  /** Shows how a fork ended; a terminal shows it by what comes next. */
  ended(fork: number, { status, error, elapsedMs }: ForkFacts): void {
    if (this.#stream.isTTY) return;
    const what = error === undefined ? status : `${status}: ${error}`;
    this.#stream.write(`${this.#numberOf(fork)} ${what} (${(elapsedMs / 1000).toFixed(1)} s)\n`);
  }

  /** Leaves the line clean for the report. */
  close(): void {
    redrawLine(this.#stream, "");
  }

  #numberOf(fork: number): string {
    return `fork ${fork + 1}/${this.#forks}`;
  }
}
