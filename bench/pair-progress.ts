/** Progress of a comparison on standard error: a line redrawn in place, or one now and then. */

import type { WriteStream } from "node:tty";
import { redrawLine } from "./status-line.ts";

/** Where every line stays, one is written after so many pairs. */
const pairsALine = 5;

export class PairProgress {
  readonly #stream: WriteStream;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** So many pairs, or forks, are measured. */
  show(done: number, of: number): void {
    const line = `measured ${done} of ${of}`;
    if (this.#stream.isTTY) redrawLine(this.#stream, line);
    else if (done % pairsALine === 0 || done === of) this.#stream.write(`${line}\n`);
  }

  /** Leaves the line clean for the report. */
  close(): void {
    redrawLine(this.#stream, "");
  }
}
