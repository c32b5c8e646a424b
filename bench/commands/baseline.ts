/**
 * `noclobber baseline`: keeps a run to compare with, lists what is kept, and shows it. Measures
 * nothing and asks the kernel nothing, so it runs wherever the files are.
 */

import { statSync } from "node:fs";
import { basename } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { messageOf, UsageError } from "../../src/errors.ts";
import { openAlert } from "../../src/gate/alert.ts";
import {
  alertSentence,
  baselineHeading,
  renderBaselines,
  renderSaved,
} from "../../src/report/baseline-terminal.ts";
import { digestRun } from "../../src/report/digest.ts";
import { renderTerminal } from "../../src/report/terminal.ts";
import {
  type BaselineFile,
  readBaselines,
  replacedBaseline,
  serializeBaseline,
} from "../../src/results/baseline.ts";
import { fingerprintFacts, fingerprintOf } from "../../src/results/fingerprint.ts";
import { type HistoryLine, historyPath, readHistory } from "../../src/results/history.ts";
import { kindOf, kindPhrases } from "../../src/results/result-kind.ts";
import type { Run } from "../../src/results/schema.ts";
import { readJson, readRun, writeAtomically } from "../../src/results/store.ts";
import { baselineFolder, baselinePath } from "../baseline-path.ts";
import { filePath } from "../options.ts";
import { outputStyle } from "../output.ts";

/** As many as a gate wants on each side. */
const fewestForks = 10;

const saveCommand = new Command("save")
  .summary("keep a run as this machine's baseline")
  .description(
    "Keeps a result of `noclobber bench`, without its histograms, as the baseline of the machine " +
      "that measured it. Commit the file to compare with it later. A baseline with an open " +
      "alert, a regression that no later gate took back, is not replaced unless forced.",
  )
  .argument("[file]", "the result file", "results/latest.json")
  .option("--force", "replace a baseline whose newest conclusive gate says regressed or violated")
  .option(
    "-o, --output <file>",
    `where to write it (default: ${baselineFolder}/<fingerprint>.json)`,
    filePath,
  )
  .action((file, flags) => saveBaseline(file, flags));

const listCommand = new Command("list")
  .summary(`list the baselines in ${baselineFolder}`)
  .action(() => listBaselines());

const showCommand = new Command("show")
  .summary("show what a baseline measured, and where")
  .argument("[baseline]", "its fingerprint or its file; may be left out where there is only one")
  .action((named) => showBaseline(named));

export const baselineCommand = new Command("baseline")
  .summary("keep a run to compare later ones with; list and show what is kept")
  .description("Keeps baselines: runs without histograms, one file a machine, to be committed.")
  .addCommand(saveCommand)
  .addCommand(listCommand)
  .addCommand(showCommand);

interface SaveFlags {
  readonly force?: true | undefined;
  readonly output?: string | undefined;
}

function saveBaseline(file: string, { force: forced, output }: SaveFlags): void {
  const force = forced ?? false;
  const run = readBench(file);
  refuseUnfit(file, run);
  const fingerprint = fingerprintOf(run);
  const path = output ?? baselinePath(fingerprint);
  const text = serializeBaseline(run);
  const replaced = replacedBaseline(path);
  const hidden = replaced && hiddenAlert(fingerprint, replaced.startedAt, force);
  if (hidden && !force) {
    throw new UsageError(
      `The baseline ${path} has an open alert, which a new baseline would hide: ` +
        `${alertSentence(hidden)}. Mend it and gate again, or accept the new level with --force.`,
    );
  }
  try {
    writeAtomically(path, text);
  } catch (error) {
    const kept = replaced ? " The baseline that was there is as it was." : "";
    throw new UsageError(
      `Cannot write ${path}: ${messageOf(error)}.${kept} Name another file with --output.`,
    );
  }
  const saved = { path, bytes: Buffer.byteLength(text), run, fingerprint };
  process.stdout.write(renderSaved(saved, replaced, hidden, outputStyle(process.stdout)));
}

/** A result of bench; another result of ours is named as what it is. */
function readBench(file: string): Run {
  try {
    return readRun(file);
  } catch (error) {
    const kind = otherKind(file);
    if (kind === undefined) throw error;
    throw new UsageError(
      `${file} is ${kind}, and a baseline is kept of a run of \`noclobber bench\`. Name its file.`,
    );
  }
}

/** Of a result of another command than bench. */
function otherKind(file: string): string | undefined {
  try {
    const kind = kindOf(readJson(file, ""));
    return kind === undefined || kind === "bench" ? undefined : kindPhrases[kind];
  } catch {
    // What it is, readRun() has said.
    return undefined;
  }
}

/** @throws UsageError where later runs could not be judged by this one */
function refuseUnfit(file: string, run: Run): void {
  const { identity, safety, violations } = digestRun(run);
  const refuse = (why: string, remedy: string) => {
    throw new UsageError(`${file} is no baseline: ${why}. ${remedy}`);
  };
  const { complete } = identity.forks;
  if (run.status !== "complete") {
    const how = run.status === "running" ? "it was never finished" : "it was interrupted";
    refuse(how, "Measure again, to the end.");
  }
  const [violation] = violations;
  if (violation) {
    const first = `fork ${violation.fork + 1}, ${violation.scenario}: ${violation.text}`;
    const laws = `${violations.length} of the laws that every figure rests on do not hold`;
    refuse(`${laws}; ${first}`, "Find out why before anything is compared with it.");
  }
  if (safety.state === "broken") {
    refuse(safety.sentence, "Find out why before anything is compared with it.");
  }
  if (complete < fewestForks) {
    const forks = `it has ${complete} complete forks, and a comparison needs ${fewestForks}`;
    refuse(forks, `Measure again with --forks ${fewestForks} or more, and --time to match.`);
  }
}

/** A history that cannot be read may hold an alert: only --force passes over it, and says so. */
function hiddenAlert(
  fingerprint: string,
  baselineAt: string,
  force: boolean,
): HistoryLine | undefined {
  try {
    return openAlert(readHistory(historyPath), fingerprint, baselineAt);
  } catch (error) {
    if (!force) throw error;
    process.stderr.write(
      `Whether the old baseline has an open alert is unknown: ${messageOf(error)}\n`,
    );
    return undefined;
  }
}

function listBaselines(): void {
  const files = readBaselines(baselineFolder);
  const list = {
    folder: baselineFolder,
    baselines: files.flatMap((file) =>
      file.state === "readable" ? [{ ...file, fingerprint: fingerprintOf(file.run) }] : [],
    ),
    unreadable: files.flatMap((file) => (file.state === "unreadable" ? [file] : [])),
  };
  process.stdout.write(renderBaselines(list, outputStyle(process.stdout)));
}

function showBaseline(named: string | undefined): void {
  const path = pathOf(named);
  const run = readRun(path);
  const { size: bytes } = statSync(path);
  const style = outputStyle(process.stdout);
  const saved = { path, bytes, run, fingerprint: fingerprintOf(run) };
  const heading = baselineHeading(saved, fingerprintFacts(run), style);
  process.stdout.write(`${heading}\n${renderTerminal(digestRun(run), style)}`);
}

/** The only baseline, the one of that fingerprint, or that file. */
function pathOf(named: string | undefined): string {
  const isFingerprint = named !== undefined && /^[0-9a-f]{12}$/.test(named);
  if (named !== undefined && !isFingerprint) return named;
  const files = readBaselines(baselineFolder);
  const fitting = isFingerprint ? files.filter(({ path }) => path === baselinePath(named)) : files;
  const [only] = fitting;
  if (only && fitting.length === 1) return only.path;
  const what = isFingerprint
    ? `There is no baseline ${named} in ${baselineFolder}.`
    : `There is no single baseline in ${baselineFolder}, so one has to be named.`;
  throw new UsageError(`${what} ${choiceOf(files)}`);
}

function choiceOf(files: readonly BaselineFile[]): string {
  const names = files.map(({ path }) => basename(path, ".json"));
  return names.length === 0
    ? "None is there: keep a run with `noclobber baseline save`."
    : `There are: ${names.join(", ")}.`;
}
