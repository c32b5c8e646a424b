/** One line on a terminal, drawn again and again in its place; nothing elsewhere. */

import { clearLine, cursorTo } from "node:readline";
import type { WriteStream } from "node:tty";

const narrowColumns = 80;

/** Draws the line anew, cut to the terminal's width; "" leaves it clean for what follows. */
export function redrawLine(stream: WriteStream, line: string): void {
  if (!stream.isTTY) return;
  cursorTo(stream, 0);
  clearLine(stream, 1);
  stream.write(line.slice(0, Math.max(0, (stream.columns || narrowColumns) - 1)));
}
