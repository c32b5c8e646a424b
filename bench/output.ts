/**
 * What the commands that measure have in common at their ends: Ctrl-C on the way in; result file,
 * width and colour on the way out.
 */

import type { WriteStream } from "node:tty";
import { exitCodes, messageOf } from "../src/errors.ts";
import { writeAtomically } from "../src/results/store.ts";

/** Of a report that goes into a file or a pipe. */
export const plainStyle: OutputStyle = { width: 110, colour: false };

/** Ctrl-C keeps what was measured; a second one does not wait. */
export function interruptOnSignals(): AbortController {
  const controller = new AbortController();
  // Not controller.signal.aborted: a parent that was told to stop first may have aborted it.
  let isTold = false;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (isTold) process.exit(exitCodes.interrupted);
      isTold = true;
      controller.abort();
    });
  }
  return controller;
}

export interface OutputStyle {
  readonly width: number;
  readonly colour: boolean;
}

/** As wide as the terminal, and coloured if it can and NO_COLOR does not say otherwise. */
export function outputStyle(stream: WriteStream): OutputStyle {
  return stream.isTTY
    ? { width: stream.columns || plainStyle.width, colour: stream.hasColors() }
    : plainStyle;
}

/** A command's result file. Where it cannot be written, nothing is lost: standard output has it. */
export class ResultFile {
  readonly #path: string;
  #isWritable = true;

  constructor(path: string) {
    this.#path = path;
  }

  /** Where it is, or was to be. */
  get path(): string {
    return this.#path;
  }

  /** Whether every write so far went well. */
  get isSaved(): boolean {
    return this.#isWritable;
  }

  /** Writes the file, whole; a first failure is said, and there is no second. */
  save(text: string): void {
    const meanwhile = "The run goes on; its result will be printed on standard output.";
    this.#isWritable &&= tryToWrite(this.#path, text, meanwhile);
  }

  /** Writes a copy as well, if the file itself could be written; a failure is only said. */
  copyTo(path: string, text: string): void {
    if (this.#isWritable) tryToWrite(path, text, "The result itself is saved.");
  }

  /**
   * The report goes to standard output, or to standard error if the file's text has to go to the
   * other, because it was asked for or could not be saved.
   */
  print(text: string, isJsonWanted: boolean, render: (style: OutputStyle) => string): void {
    if (isJsonWanted || !this.#isWritable) process.stdout.write(text);
    if (isJsonWanted && this.#isWritable) return;
    const stream = this.#isWritable ? process.stdout : process.stderr;
    stream.write(render(outputStyle(stream)));
    if (this.#isWritable) stream.write(`\nResult file: ${this.#path}\n`);
  }
}

function tryToWrite(path: string, text: string, meanwhile: string): boolean {
  try {
    writeAtomically(path, text);
    return true;
  } catch (error) {
    process.stderr.write(`Cannot write ${path}: ${messageOf(error)}. ${meanwhile}\n`);
    return false;
  }
}
