/**
 * Progress of a run on standard error: one line redrawn in place on a terminal, plain lines
 * elsewhere. Draws only when told, which is never while a block runs.
 */

import type { WriteStream } from "node:tty";
import type { RunEvent } from "../src/orchestrate/execute.ts";
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

  /** Shows what happens next, or what just ended. */
  show(event: RunEvent, elapsedMs: number): void {
    const number = `fork ${event.fork.index + 1}/${this.#forks}`;
    if (!this.#stream.isTTY) {
      if (event.kind === "fork-ended") {
        const { status, error, elapsedMs: forkMs } = event.fork;
        const what = error === undefined ? status : `${status}: ${error}`;
        this.#stream.write(`${number} ${what} (${(forkMs / 1000).toFixed(1)} s)\n`);
      }
      return;
    }
    if (event.kind === "fork-ended") return;
    const { scenario, actors } = event.spec;
    const done = Math.min(1, elapsedMs / this.#budgetMs);
    const filled = Math.round(done * barCells);
    const bar = "#".repeat(filled) + "-".repeat(barCells - filled);
    const leftSeconds = Math.max(0, Math.ceil((this.#budgetMs - elapsedMs) / 1000));
    const who = `${scenario}, ${actors} ${actors === 1 ? "actor" : "actors"}`;
    redrawLine(this.#stream, `${number}  [${bar}]  ${leftSeconds} s left  ${who}`);
  }

  /** Leaves the line clean for the report. */
  close(): void {
    redrawLine(this.#stream, "");
  }
}
