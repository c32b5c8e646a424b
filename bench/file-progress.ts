/** Progress through many files on standard error: a line redrawn in place, or one now and then. */

import type { WriteStream } from "node:tty";
import { redrawLine } from "./status-line.ts";

/** How often a line is drawn in a terminal, and how many are written elsewhere. */
const redrawMs = 100;
const linesAtMost = 10;

export class FileProgress {
  readonly #stream: WriteStream;
  readonly #verb: string;
  #drawnAtMs = 0;

  /** `verb` is what has been done with a file: "merged". */
  constructor(stream: WriteStream, verb: string) {
    this.#stream = stream;
    this.#verb = verb;
  }

  /** So many files are done, at a time in milliseconds. */
  show(done: number, of: number, nowMs: number): void {
    const line = `${this.#verb} ${done} of ${of} files`;
    if (this.#stream.isTTY) {
      if (nowMs - this.#drawnAtMs < redrawMs) return;
      this.#drawnAtMs = nowMs;
      redrawLine(this.#stream, line);
    } else if (done % Math.ceil(of / linesAtMost) === 0) this.#stream.write(`${line}\n`);
  }

  /** Leaves the line clean for what follows. */
  close(): void {
    redrawLine(this.#stream, "");
  }
}
