/**
 * `noclobber report`: turns a result file, or two, into what people read, paste and plot, and what
 * other tools take. Measures nothing and asks the kernel nothing.
 */

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, relative, sep } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import { messageOf, UsageError } from "../../src/errors.ts";
import { insertIntoChangelog, isChangelog } from "../../src/report/changelog-insert.ts";
import { chartIds, sweepChartIds } from "../../src/report/chart.ts";
import { type Result, type ResultKind, readResult } from "../../src/results/read-result.ts";
import { refuseMeasurement, targetOf } from "../../src/results/replaced-file.ts";
import type { Run } from "../../src/results/schema.ts";
import { writeAtomically } from "../../src/results/store.ts";
import { filePath } from "../options.ts";
import { outputStyle, plainStyle } from "../output.ts";
import { asFile, refuseMissingFolder, refuseOther } from "../own-report.ts";
import { type Format, formatNames, formats, type RunToShow } from "../report-formats.ts";

const charts = `${chartIds.join(", ")}; of a sweep: ${sweepChartIds.join(", ")}`;

export const reportCommand = new Command("report")
  .summary("show a result file as a report, a table, a page, a chart, or data for other tools")
  .description(
    "Renders what was measured; measures nothing. Terminal and junit take results of gate and " +
      "litmus, too; terminal, markdown, csv and json those of profiles; these, html and svg " +
      "those of a sweep. What is written with -o " +
      "replaces a file of the same format that noclobber wrote and nobody has written into; a " +
      "measurement, or anything else, only with --force.",
  )
  .argument("[file]", "the result file", "results/latest.json")
  .addOption(
    new Option("--format <format>", "what to make of it").choices(formatNames).default("terminal"),
  )
  .addOption(
    new Option(
      "--against <file>",
      "the result file of another kernel, machine or build, to compare with",
    ).argParser(filePath),
  )
  .addOption(
    new Option("--chart <id>", `the chart of an svg: ${charts}`).choices([
      ...chartIds,
      ...sweepChartIds,
    ]),
  )
  .addOption(
    new Option(
      "--insert <file>",
      "put the changelog's entry into this changelog, under Unreleased",
    ).argParser(filePath),
  )
  .addOption(
    new Option("-o, --output <file>", "where to write it (default: standard output)").argParser(
      filePath,
    ),
  )
  .option("--force", "with -o, replace whatever file is there")
  .action(runReport);

type Flags = ReturnType<(typeof reportCommand)["opts"]>;

async function runReport(file: string, flags: Flags): Promise<void> {
  const format = formats[flags.format];
  refuseCombination(flags, format);
  if (flags.output !== undefined) refuseOther(flags.output, flags.format, format, flags.force);
  if (flags.insert !== undefined) refuseNoChangelog(flags.insert);
  const result = readResult(file);
  const baseline = flags.against === undefined ? undefined : readBaseline(flags.against);
  const text = await render(result, file, baseline, flags);
  if (flags.insert !== undefined) insert(flags.insert, text);
  else if (flags.output === undefined) process.stdout.write(text);
  else write(flags.output, text, flags);
}

/** @throws UsageError where an option does not belong to the format, or one is missing */
function refuseCombination(
  { format: name, against, chart, insert, output }: Flags,
  format: Format,
) {
  if (against !== undefined && format.against === "never") {
    throw new UsageError(`${name} shows one run and compares none. ${formatsWhere(comparing)}`);
  }
  if (against === undefined && format.against === "always") {
    throw new UsageError(
      `A ${name} tells what changed, so it needs two runs: name the older one with --against.`,
    );
  }
  if (chart === undefined && name === "svg") {
    throw new UsageError(`An svg is one chart: name it with --chart. There are: ${charts}.`);
  }
  if (chart !== undefined && name !== "svg") {
    throw new UsageError(`--chart goes with --format svg; ${name} has no chart to choose.`);
  }
  if (insert !== undefined && (name !== "changelog" || output !== undefined)) {
    throw new UsageError("--insert goes with --format changelog, and without --output.");
  }
}

const comparing = ({ against }: Format) => against !== "never";

/** "--against goes with terminal, markdown, changelog, kernel." */
function formatsWhere(fits: (format: Format) => boolean): string {
  const names = formatNames.filter((name) => fits(formats[name]));
  return `--against goes with --format ${names.join(", ")}.`;
}

/** What people call the results that a format takes. */
const kindWords: Readonly<Record<ResultKind, string>> = {
  bench: "runs of bench",
  path: "results of profiles",
  sweep: "sweeps",
  litmus: "litmus results",
  gate: "gates' results",
};

async function render(
  result: Result,
  file: string,
  baseline: Run | undefined,
  { format: name, chart, insert: changelog, output }: Flags,
): Promise<string> {
  const format = formats[name];
  const style = output === undefined ? outputStyle(process.stdout) : plainStyle;
  if (result.kind === "bench" && format.bench) {
    const link = changelog === undefined ? file : relative(folderOf(changelog), file);
    const shown: RunToShow = {
      ...{ run: result.run, style, baseline },
      chart: chartAmong(chartIds, chart, result, file),
      link: link.split(sep).join("/"),
    };
    return format.bench(shown);
  }
  if (result.kind !== "bench" && baseline !== undefined) {
    throw new UsageError(
      `${file} is one of ${kindWords[result.kind]}, and --against compares ${kindWords.bench}.`,
    );
  }
  if (result.kind === "path" && format.path) return format.path(result.run, style);
  if (result.kind === "sweep" && format.sweep) {
    const own = chartAmong(sweepChartIds, chart, result, file);
    return format.sweep({ run: result.run, style, chart: own });
  }
  if (result.kind === "litmus" && format.litmus) return format.litmus(result.run, style);
  if (result.kind === "gate" && format.gate) return format.gate(result.gate, style);
  const kinds = (["bench", "path", "sweep", "litmus", "gate"] as const).filter(
    (kind) => format[kind],
  );
  throw new UsageError(
    `${file} is one of ${kindWords[result.kind]}, and ${name} takes ` +
      `${kinds.map((kind) => kindWords[kind]).join(" and ")} alone. Choose another --format.`,
  );
}

/** @throws UsageError where the chart is one of another kind of result */
function chartAmong<Id extends string>(
  ids: readonly Id[],
  chart: string | undefined,
  { kind }: Result,
  file: string,
): Id | undefined {
  const found = ids.find((id) => id === chart);
  if (chart === undefined || found !== undefined) return found;
  throw new UsageError(
    `${file} is one of ${kindWords[kind]}, which have no chart ${chart}. There are: ` +
      `${ids.join(", ")}.`,
  );
}

function readBaseline(path: string): Run {
  const result = readResult(path);
  if (result.kind === "bench") return result.run;
  throw new UsageError(
    `${path} is one of ${kindWords[result.kind]}, and --against compares ${kindWords.bench}. ` +
      "Name the file of one.",
  );
}

/** Of the file itself, where the path is a link to it. */
function folderOf(path: string): string {
  return dirname(attempt(path, () => targetOf(path)));
}

function write(path: string, report: string, { format: name, force }: Flags): void {
  const text = asFile(report, name, formats[name]);
  const target = attempt(path, () => targetOf(path));
  if (name === "json" && !force && !attempt(path, () => holds(target, text))) {
    refuseMeasurement(path);
  }
  attempt(path, () => writeAtomically(target, text));
}

/** Then nothing is lost. */
function holds(path: string, text: string): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  return size === Buffer.byteLength(text) && readFileSync(path, "utf8") === text;
}

/** @throws UsageError where the file is none that people read as Markdown */
function refuseNoChangelog(path: string): void {
  const target = attempt(path, () => targetOf(path));
  const hasOtherName =
    /\.[a-z]\w*$/i.test(basename(target)) && !/\.(?:md|markdown|txt)$/i.test(target);
  if (!existsSync(target)) refuseMissingFolder(path);
  if (!hasOtherName && (!existsSync(target) || isChangelog(readText(target)))) return;
  throw new UsageError(
    `Cannot insert into ${path}: it is no changelog in Markdown, which has a title or sections. ` +
      "Name one, or a file that is not there yet.",
  );
}

function insert(path: string, entry: string): void {
  const target = attempt(path, () => targetOf(path));
  const existing = existsSync(target) ? readText(target) : "";
  const text = insertIntoChangelog(existing, entry);
  if (text !== existing) attempt(path, () => writeAtomically(target, text));
  const what = text === existing ? "The entry is there already, in" : "The entry is now in";
  process.stdout.write(`${what} ${path}.\n`);
}

/** Not as it comes: what is no UTF-8 would be written back as something else. */
function readText(path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    throw new UsageError(
      `Cannot insert into ${path}: ${messageOf(error)}. Name a changelog in UTF-8.`,
    );
  }
}

/** @throws UsageError with the system's reason */
function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${messageOf(error)}. Name another file.`);
  }
}
