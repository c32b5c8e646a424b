/**
 * A worker that reads result files for a merge: validating takes longer than all the rest, and one
 * CPU is not enough for hundreds of files.
 */

import { parentPort } from "node:worker_threads";
import { InvariantError, UsageError } from "../src/errors.ts";
import { type MergedFile, readMergedFile } from "../src/results/merge-runs.ts";

/** What comes back for the path of a file; a class of error does not survive the way. */
export type ReadAnswer =
  | { readonly state: "read"; readonly read: MergedFile }
  | { readonly state: "refused"; readonly message: string };

if (!parentPort) throw new InvariantError("A reader of runs is a worker");
const port = parentPort;

port.on("message", (path: string) => {
  try {
    const read = readMergedFile(path);
    const answer: ReadAnswer = { state: "read", read };
    const { buffer, byteLength } = read.forks.bytes;
    // A small file's bytes share their memory with others, and are copied.
    const isOwn = byteLength === buffer.byteLength;
    port.postMessage(answer, isOwn ? [buffer as ArrayBuffer] : []);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const answer: ReadAnswer = { state: "refused", message: error.message };
    port.postMessage(answer);
  }
});
