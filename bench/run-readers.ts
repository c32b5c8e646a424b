/**
 * Reads many result files with a few workers, each file whole, in the order in which they were
 * named and few of them ahead.
 */

import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { UsageError } from "../src/errors.ts";
import type { MergedFile } from "../src/results/merge-runs.ts";
import type { ReadAnswer } from "../workers/run-reader.ts";

const workerModule = new URL(`../workers/run-reader${extname(import.meta.url)}`, import.meta.url);

/** More would wait for whoever writes, and take memory for it. */
const mostWorkers = 3;
/** A file's objects die young, so room for them saves a fourth of the time. */
const youngGenerationMb = 96;
/** One that is being read, and one that waits for its turn to be written. */
const aheadOfEach = 2;

/** @throws UsageError where a file is none of ours; reads no further then */
export async function* readMergedFiles(
  files: readonly string[],
): AsyncGenerator<MergedFile, void, undefined> {
  const count = Math.min(mostWorkers, availableParallelism(), files.length);
  const workers = Array.from({ length: count }, () => new RunReader());
  const pending: Promise<ReadAnswer>[] = [];
  try {
    for (const [place, file] of files.entries()) {
      const reader = workers[place % count] as RunReader;
      pending.push(reader.read(file));
      if (pending.length === count * aheadOfEach) yield await nextOf(pending);
    }
    while (pending.length > 0) yield await nextOf(pending);
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

async function nextOf(pending: Promise<ReadAnswer>[]): Promise<MergedFile> {
  const answer = (await pending.shift()) as ReadAnswer;
  if (answer.state === "refused") throw new UsageError(answer.message);
  return answer.read;
}

interface Waiting {
  readonly resolve: (answer: ReadAnswer) => void;
  readonly reject: (error: Error) => void;
}

class RunReader {
  readonly #worker = new Worker(workerModule, {
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
  });
  /** For answers, which come in the order of the questions. */
  readonly #waiting: Waiting[] = [];

  constructor() {
    this.#worker.on("message", (answer: ReadAnswer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on("error", (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  read(file: string): Promise<ReadAnswer> {
    const answer = new Promise<ReadAnswer>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
    this.#worker.postMessage(file);
    // Whoever waits for it hears of an error; nobody may wait for it any more.
    answer.catch(() => {});
    return answer;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
