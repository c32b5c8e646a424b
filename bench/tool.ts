/**
 * The tool as every result file names it. Apart from program.ts, which the program reads before it
 * knows that this is Linux: the commit is asked for through a file that opens the C library.
 */

import { readCommit } from "../src/sys/host.ts";
import { packageRoot, readPackage } from "./program.ts";

/** Name and version; the commit only of a checkout. */
export function toolIdentity() {
  const commit = readCommit(packageRoot);
  return { ...readPackage(), ...(commit !== undefined && { commit }) };
}
