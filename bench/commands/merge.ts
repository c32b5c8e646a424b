/**
 * `noclobber merge`: adds runs of the same plan up into one result file, for more forks or more
 * machines. Measures nothing; few files are in memory at a time.
 */

import { realpathSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { Command } from "@commander-js/extra-typings";
import { exitCodes, messageOf, UsageError } from "../../src/errors.ts";
import { inMergeOrder, Merge, type MergedFile } from "../../src/results/merge-runs.ts";
import { refuseMeasurement, targetOf } from "../../src/results/replaced-file.ts";
import { mostBytes, refuseForeignFile, writePieces } from "../../src/results/store.ts";
import { FileProgress } from "../file-progress.ts";
import { filePath } from "../options.ts";
import { interruptOnSignals } from "../output.ts";
import { readMergedFiles } from "../run-readers.ts";

export const mergeCommand = new Command("merge")
  .summary("add runs of the same plan up into one result file: more forks, more machines")
  .description(
    "Appends the forks of every file to one, as they are, and keeps which file and host each " +
      "came from. Files whose options differ in more than seed, time and forks do not fit, nor " +
      "does a baseline, or one that another probe measured or that was never finished. Replaces " +
      "a merged file; a measured one only with --force.",
  )
  .argument("<files...>", "result files of `noclobber bench`, or merged ones")
  .requiredOption("-o, --output <file>", "where to write the merged file", filePath)
  .option("--force", "replace whatever file is there")
  .action(async (files, { output, force }) => {
    refuseInput(files, output);
    refuseLoss(output, force);
    process.exitCode = await runMerge(inMergeOrder(files), output);
  });

async function runMerge(files: readonly string[], output: string): Promise<number> {
  const interrupt = interruptOnSignals();
  const progress = new FileProgress(process.stderr, "merged");
  const merge = new Merge();
  let bytes: number;
  try {
    bytes = await write(output, merge.piecesOf(readAll(files, progress, interrupt.signal)));
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.stderr.write(`Interrupted: ${output} is as it was.\n`);
    return exitCodes.interrupted;
  } finally {
    progress.close();
  }
  const { forks, hosts } = merge.totals;
  const mib = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  process.stdout.write(
    `Merged ${counted(forks, "fork")} of ${counted(files.length, "file")} from ` +
      `${counted(hosts, "host")}: ${output} (${mib})\n`,
  );
  if (bytes > mostBytes) {
    process.stdout.write(
      `It is larger than noclobber reads at once (${Math.round(mostBytes / 2 ** 20)} MiB): merge ` +
        "fewer files for a report.\n",
    );
  }
  return exitCodes.ok;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

async function* readAll(
  files: readonly string[],
  progress: FileProgress,
  signal: AbortSignal,
): AsyncGenerator<MergedFile, void, undefined> {
  let done = 0;
  for await (const read of readMergedFiles(files)) {
    signal.throwIfAborted();
    yield read;
    progress.show(++done, files.length, performance.now());
  }
}

/** @throws UsageError where there is anything but a merged file, unless that is wanted */
function refuseLoss(output: string, force = false): void {
  refuseForeignFile(output, force ? /^/ : undefined);
  if (!force) refuseMeasurement(output);
}

/** @throws UsageError where the merged file would take the place of one of its parts */
function refuseInput(files: readonly string[], output: string): void {
  const target = realPathOf(output);
  const part = files.find((file) => target !== undefined && realPathOf(file) === target);
  if (part === undefined) return;
  throw new UsageError(
    `Cannot write ${output}: it is one of the files to merge. Name another file.`,
  );
}

/** undefined where there is no file. */
function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

async function write(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  try {
    return await writePieces(targetOf(path), pieces);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new UsageError(
      `Cannot write ${path}: ${messageOf(error)}. Make room, or name another file with --output.`,
    );
  }
}
