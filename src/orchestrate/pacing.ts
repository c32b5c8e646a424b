/**
 * A paced run as its parent sees it: `bench --paced` in another process, of this checkout or of
 * another one, which starts a fork when it is told to. The words of the command line, these few
 * messages and the result file are all that two checkouts have to agree on.
 */

import { pathToFileURL } from "node:url";
import type { Fork } from "../results/schema.ts";
import { ForkProcess } from "./fork-process.ts";

export type ToRun =
  /** Answered when the machine was looked at and the first fork may come. */
  | { readonly kind: "prepare" }
  | { readonly kind: "next-fork" }
  /** No more forks: write the result file. */
  | { readonly kind: "stop" };

export type FromRun =
  | { readonly kind: "ready" }
  | {
      readonly kind: "fork-ended";
      readonly status: Fork["status"];
      readonly error?: string | undefined;
    }
  | { readonly kind: "saved" }
  | { readonly kind: "failed"; readonly message: string };

/** The side of a comparison: a program to run, and the words to run it with. */
export interface Side {
  readonly role: "baseline" | "candidate" | "baseline-again";
  /** The compiled cli.js of a checkout. */
  readonly program: string;
  readonly words: readonly string[];
  /** Where the run writes its result file. */
  readonly output: string;
}

/** Starts a side's process; it looks at its machine, then waits to be told. */
export function startPacedRun(side: Side, signal: AbortSignal): ForkProcess<ToRun, FromRun> {
  const words = ["bench", ...side.words, "--paced", "--output", side.output];
  return new ForkProcess(pathToFileURL(side.program), signal, words);
}
