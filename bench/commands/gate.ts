/**
 * `noclobber gate`: is the candidate slower, is it still safe? Reads as a table of contents:
 * policy, question, evidence, digest, outputs.
 */

import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Command, Option } from "@commander-js/extra-typings";
import { exitCodes, messageOf, UsageError } from "../../src/errors.ts";
import { digestGate, type Evidence, metricsOf, refuseFewPairs } from "../../src/gate/digest.ts";
import { gateAnnotations } from "../../src/report/gate-annotations.ts";
import { gateLine, noVerdictLine } from "../../src/report/gate-line.ts";
import { renderGateMarkdown } from "../../src/report/gate-markdown.ts";
import { renderGate } from "../../src/report/gate-terminal.ts";
import { type Gate, gateSchema } from "../../src/results/gate-schema.ts";
import { appendHistory, historyLineOf, historyPath } from "../../src/results/history.ts";
import { refuseForeignFile, writeAtomically } from "../../src/results/store.ts";
import { gatherEvidence, type Question } from "../gate-evidence.ts";
import { readPolicy } from "../gate-policy.ts";
import { filePath, integer } from "../options.ts";
import { interruptOnSignals, ResultFile } from "../output.ts";
import { PairProgress } from "../pair-progress.ts";
import { commandLine, toolIdentity } from "../program.ts";
import { hasOwnStrategies } from "../race-words.ts";
import { calibrateCommand } from "./gate-calibrate.ts";

export const gateCommand = new Command("gate")
  .addCommand(calibrateCommand)
  .summary("judge a candidate against a baseline: regressed, improved, no regression, inconclusive")
  .description(
    "Judges this checkout against a committed baseline, or against another checkout or setting " +
      "in pairs of adjacent fresh processes, and exits with the verdict: 0 passed, 1 regressed " +
      "or an exact law broken, 2 no verdict, 3 inconclusive. Without options it takes the " +
      "baseline that is saved for this machine.",
  )
  .addOption(new Option("--baseline <file>", "the baseline's result file").argParser(filePath))
  .addOption(
    new Option(
      "--candidate <file>",
      "the candidate's result file (default: measured now)",
    ).argParser(filePath),
  )
  .addOption(
    new Option(
      "--base <folder>",
      "another checkout, built: measured in pairs with this one",
    ).argParser(filePath),
  )
  .option("--base-args <words>", "options of bench for the base alone, in one argument", splitWords)
  .option("--candidate-args <words>", "options of bench for the candidate alone", splitWords)
  .addOption(
    new Option(
      "--policy <file>",
      "what is judged and how (default: gate.json, if there is one)",
    ).argParser(filePath),
  )
  .addOption(
    new Option(
      "--pairs <number>",
      "pairs of forks, or forks a side (default: the policy's, 20)",
    ).argParser(integer(10, 100)),
  )
  .addOption(
    new Option(
      "--on-inconclusive <what>",
      "exit with 3, or with 0 (default: the policy's, fail)",
    ).choices(["fail", "pass"] as const),
  )
  .option("--exact", "check the exact laws alone, at the smallest size: facts, no times")
  .addOption(
    new Option("--seed <number>", "the same seed plans the same comparison")
      .argParser(integer(0, 2 ** 32 - 1))
      .default(1),
  )
  .option("--json", "print the gate's result file instead of the report")
  .addOption(new Option("--junit <file>", "write JUnit XML, too").argParser(filePath))
  .addOption(
    new Option(
      "-o, --output <folder>",
      "where to write the result and the runs it rests on (default: results/gate-<time>)",
    ).argParser(filePath),
  )
  .action(async (flags) => {
    try {
      process.exitCode = await runGate(flags);
    } catch (error) {
      // Before anything is printed: where the reader has gone, the next wait is the end.
      process.exitCode = exitCodes.error;
      // Silence never means "fine".
      if (flags.json !== true) process.stdout.write(`${noVerdictLine}\n`);
      await writeNoVerdict(messageOf(error), flags);
      throw error;
    }
  });

type Flags = ReturnType<(typeof gateCommand)["opts"]>;

/** How JUnit XML of ours begins, which a newer one may replace. */
const junitOpening = /^<\?xml [^>]*>\s*<testsuites name="noclobber gate"/;

async function runGate(flags: Flags): Promise<number> {
  const question = questionOf(flags);
  const { pairs, onInconclusive } = flags;
  const policy = readPolicy(flags.policy, {
    ...(pairs !== undefined && { pairs }),
    ...(onInconclusive !== undefined && { onInconclusive }),
  });
  const sidesDiffer = [flags.baseArgs, flags.candidateArgs].some((own) =>
    hasOwnStrategies(own ?? []),
  );
  const metrics = metricsOf(policy, sidesDiffer);
  if (question.kind === "pairs") refuseFewPairs(metrics, policy);
  const startedAt = new Date(performance.timeOrigin).toISOString();
  const folder =
    flags.output ?? join("results", `gate-${startedAt.slice(0, 19)}`.replaceAll(":", "-"));
  refuseForeignFile(join(folder, "gate.json"));
  if (flags.junit !== undefined) refuseForeignFile(flags.junit, junitOpening);
  const digest = (evidence: Evidence): Gate =>
    digestGate(evidence, metrics, policy, {
      tool: toolIdentity(),
      command: commandLine(),
      startedAt,
      elapsedMs: Math.round(performance.now()),
      notes: [],
    });
  const interrupt = interruptOnSignals();
  const progress = new PairProgress(process.stderr);
  let evidence: Evidence;
  try {
    evidence = await gatherEvidence({
      ...{ question, metrics, policy, folder, seed: flags.seed, signal: interrupt.signal },
      onPair: (done, of) => progress.show(done, of),
      isOpen: (first) => digest(first).verdict === "inconclusive",
    });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new UsageError(`Interrupted: no verdict. What was measured is in ${folder}.`);
  } finally {
    progress.close();
  }
  const gate = digest(evidence);
  await write(gate, folder, flags);
  return gate.exitCode;
}

/** @throws UsageError where options ask for two things at once */
function questionOf(flags: Flags): Question {
  const { baseline, candidate, base, baseArgs, candidateArgs, exact } = flags;
  const isPaired = base !== undefined || baseArgs !== undefined || candidateArgs !== undefined;
  const asked = [isPaired, baseline !== undefined, exact === true].filter(Boolean).length;
  if (asked > 1) {
    throw new UsageError(
      "--baseline compares with a file, --base, --base-args and --candidate-args compare in " +
        "pairs, --exact compares nothing. Choose one.",
    );
  }
  if (candidate !== undefined && baseline === undefined) {
    throw new UsageError("--candidate needs the --baseline that it is compared with.");
  }
  if (exact) return { kind: "exact" };
  if (isPaired) {
    const own = { baseArgs: baseArgs ?? [], candidateArgs: candidateArgs ?? [] };
    return { kind: "pairs", base, ...own };
  }
  if (baseline !== undefined && candidate !== undefined) {
    return { kind: "files", baseline, candidate };
  }
  return { kind: "baseline", baseline };
}

async function write(gate: Gate, folder: string, flags: Flags): Promise<void> {
  const { json, junit } = flags;
  const path = join(folder, "gate.json");
  const text = `${JSON.stringify(gateSchema.parse(gate))}\n`;
  // Loaded only if asked for: its library takes longer to load than all the rest. And before
  // anything is printed: where the reader has gone, as `head` goes, the next wait is the end.
  const xml = junit && (await import("../../src/report/gate-junit.ts")).renderGateJunit(gate);
  const file = new ResultFile(path);
  file.save(text);
  file.print(text, json ?? false, (style) => renderGate(gate, style));
  if (!json) process.stdout.write(`${gateLine(gate)}\n`);
  // Another setting is another experiment, and no level of this one.
  if (flags.baseArgs === undefined && flags.candidateArgs === undefined) {
    trying("the history", () => appendHistory(historyPath, historyLineOf(gate, path)));
  }
  if (junit && xml) trying(junit, () => writeAtomically(junit, xml));
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = process.env;
  if (GITHUB_ACTIONS === "true") process.stderr.write(gateAnnotations(gate));
  if (GITHUB_STEP_SUMMARY) {
    trying(GITHUB_STEP_SUMMARY, () =>
      appendFileSync(GITHUB_STEP_SUMMARY, renderGateMarkdown(gate)),
    );
  }
}

/** An older file would tell of another gate. */
async function writeNoVerdict(message: string, { junit }: Flags): Promise<void> {
  if (junit === undefined) return;
  const { renderNoVerdictJunit } = await import("../../src/report/gate-junit.ts");
  try {
    refuseForeignFile(junit, junitOpening);
    writeAtomically(junit, renderNoVerdictJunit(message, new Date().toISOString()));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
  }
}

/** The verdict stands, whatever becomes of its copies. */
function trying(what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    process.stderr.write(`Not written: ${what}: ${messageOf(error)}\nThe verdict stands.\n`);
  }
}

/** Words as a shell would split them, but for quotes: no option of bench needs a space. */
function splitWords(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
