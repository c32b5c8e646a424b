/**
 * What the commands that measure have in common at their ends: Ctrl-C on the way in, width and
 * colour on the way out.
 */

import type { WriteStream } from "node:tty";
import { exitCodes } from "../src/errors.ts";

/** Width of a report that goes into a file or a pipe. */
const plainWidth = 110;

/** Ctrl-C keeps what was measured; a second one does not wait. */
export function interruptOnSignals(): AbortController {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      controller.abort();
    });
  }
  return controller;
}

/** As wide as the terminal, and coloured if it can and NO_COLOR does not say otherwise. */
export function outputStyle(stream: WriteStream): { width: number; colour: boolean } {
  return stream.isTTY
    ? { width: stream.columns, colour: stream.hasColors() }
    : { width: plainWidth, colour: false };
}
