/**
 * Adds runs of the same plan up into one: forks append, each as it was, and every file's own facts
 * stay beside them. Histograms are not added up: a fork is the statistical unit. Holds the forks of
 * no file but the one that is added.
 */

import { readFileSync, statSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { differingOptions } from "./fingerprint.ts";
import { type ForkTexts, forkTexts, forkWith } from "./fork-texts.ts";
import {
  type Host,
  type Run,
  type RunSource,
  runSchema,
  schemaVersion,
  type Warning,
} from "./schema.ts";
import { mostBytes, openingOf, readRunFile } from "./store.ts";

/** A file to merge, read and validated. */
export interface MergedFile {
  /** As its user named it. */
  readonly file: string;
  /** Without its forks. */
  readonly run: Run;
  readonly forks: ForkTexts;
}

/** Reads a file for a merge. @throws UsageError that says what is wrong with it */
export function readMergedFile(file: string): MergedFile {
  const { run, bytes } = readRunFile(file);
  refuseBaseline(file, run);
  return { file, run: { ...run, forks: [] }, forks: forkTexts(bytes, run) };
}

/**
 * The files by when their runs began, then by name: named in another order, they give the same
 * merged file. What cannot be read comes first, and is refused when it is.
 */
export function inMergeOrder(files: readonly string[]): string[] {
  return files
    .map((file) => ({ file, start: startIn(file) }))
    .sort((a, b) => a.start - b.start || (a.file < b.file ? -1 : 1))
    .map(({ file }) => file);
}

/** The first in the file, which is its own; those of what it was merged from come after it. */
function startIn(file: string): number {
  try {
    const found = /"startedAt":\s*"([^"]+)"/;
    const opening = openingOf(file) ?? "";
    const early = found.exec(opening);
    if (early || opening === "" || statSync(file).size > mostBytes) return startOf(early);
    const bytes = readFileSync(file);
    const at = bytes.indexOf('"startedAt"');
    return startOf(found.exec(bytes.toString("utf8", Math.max(at, 0), at + 80)));
  } catch {
    return 0;
  }
}

/** In milliseconds, 0 where it is none. */
function startOf(found: RegExpExecArray | null): number {
  return Date.parse(found?.[1] ?? "") || 0;
}

/** What a merge has seen so far. */
export interface MergeTotals {
  readonly forks: number;
  readonly files: number;
  readonly hosts: number;
}

/** Takes files one after another and gives back the text of the merged one, piece by piece. */
export class Merge {
  /** Without its forks. */
  #first: Run | undefined;
  readonly #sources: RunSource[] = [];
  /** Which file brought a run, by where and when the run was measured. */
  readonly #known = new Map<string, string>();
  #forks = 0;

  /**
   * The pieces together are the file's text; a run can be very large.
   * @throws UsageError where a file does not fit, and whatever reading a file throws
   */
  async *piecesOf(
    files: AsyncIterable<MergedFile> | Iterable<MergedFile>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    yield Buffer.from(`{"schemaVersion":${schemaVersion},"forks":[`);
    for await (const file of files) {
      this.#add(file);
      const pieces = file.forks.spans.flatMap((_, place) => [
        ...(this.#forks > 0 ? [Buffer.from(",")] : []),
        ...forkWith(this.#forks++, file.forks, place),
      ]);
      yield Buffer.concat(pieces);
    }
    yield Buffer.from(`],${JSON.stringify(this.#facts()).slice(1)}\n`);
  }

  get totals(): MergeTotals {
    const hosts = new Set(this.#sources.map(({ host }) => hostKey(host)));
    return { forks: this.#forks, files: this.#sources.length, hosts: hosts.size };
  }

  #add({ file, run, forks: { spans } }: MergedFile): void {
    refuseUnfinished(file, run, spans.length);
    if (this.#first) refuseOtherPlan(file, run, this.#sources[0]?.file ?? "", this.#first);
    this.#first ??= run;
    for (const source of sourcesOf(file, run, spans.length)) {
      const key = JSON.stringify([source.host.hostname, source.startedAt]);
      const other = this.#known.get(key);
      if (other !== undefined) {
        throw new UsageError(
          `${file} and ${other} hold the same run, of ${source.host.hostname} at ` +
            `${source.startedAt}: its forks would count twice. Name it once.`,
        );
      }
      this.#known.set(key, file);
      const { first, count } = source.forks;
      this.#sources.push({ ...source, forks: { first: this.#forks + first, count } });
    }
  }

  /** All but schemaVersion and the forks, which are written before. */
  #facts(): object {
    const sources = this.#sources;
    if (!this.#first) throw new UsageError("There is nothing to merge. Name files.");
    const total = (pick: (source: RunSource) => number) =>
      sources.reduce((sum, source) => sum + pick(source), 0);
    const merged = runSchema.parse({
      ...this.#first,
      startedAt: sources.map(({ startedAt }) => startedAt).sort()[0],
      elapsedMs: total(({ elapsedMs }) => elapsedMs),
      options: {
        ...this.#first.options,
        timeSeconds: total(({ options }) => options.timeSeconds),
        forks: total(({ options }) => options.forks),
      },
      warnings: warningsOf(sources),
      sources,
    });
    const { schemaVersion: _, forks: __, warnings, ...facts } = merged;
    // First, because they stand after the forks in every file of ours.
    return { warnings, ...facts };
  }
}

/** What a run of one machine is made of: itself; a merged one has kept it. */
function sourcesOf(file: string, run: Run, count: number): RunSource[] {
  if (run.sources) return run.sources;
  const { tool, command, startedAt, elapsedMs, host, probe, warnings } = run;
  const { seed, timeSeconds, forks } = run.options;
  return [
    {
      ...{ file, tool, command, startedAt, elapsedMs, host, probe, warnings },
      options: { seed, timeSeconds, forks },
      forks: { first: 0, count },
    },
  ];
}

/** Reports would take forks with histograms for all of them. */
function refuseBaseline(file: string, { forks }: Run): void {
  const lacking = forks.filter(({ trials }) =>
    trials.some(({ arms }) =>
      arms.some(({ distributions }) =>
        Object.values(distributions).some(({ histogram }) => histogram === null),
      ),
    ),
  );
  if (lacking.length === 0) return;
  const what =
    lacking.length === forks.length
      ? "it is a baseline, which has no histograms"
      : `${lacking.length} of its ${forks.length} forks have no histograms, as in a baseline`;
  throw new UsageError(
    `${file} does not fit: ${what}, so that percentiles would be of the other forks alone. Merge ` +
      "the file that it was saved from.",
  );
}

function refuseUnfinished(file: string, { status }: Run, forks: number): void {
  if (status === "complete") return;
  const how = status === "running" ? "was never finished" : "was interrupted";
  throw new UsageError(
    `${file} does not fit: it ${how}, after ${forks} forks, so what it lacks is not ` +
      "chance. Measure it again, to the end, or leave it out.",
  );
}

/** The same plan, of the same instrument, to the same answer of the kernel. */
function refuseOtherPlan(file: string, run: Run, firstFile: string, first: Run): void {
  const differences = differingOptions(first, run).map(
    ({ fact, baseline, candidate }) => `${fact} ${candidate}, not ${baseline}`,
  );
  if (run.probe.kind !== first.probe.kind) {
    differences.push(`the ${run.probe.kind} probe, not the ${first.probe.kind} one`);
  } else if (run.probe.clock !== first.probe.clock) {
    differences.push(`the clock ${run.probe.clock}, not ${first.probe.clock}`);
  }
  if (run.flagVerdict !== first.flagVerdict) {
    differences.push(`MAP_FIXED_NOREPLACE ${run.flagVerdict}, not ${first.flagVerdict}`);
  }
  if (differences.length === 0) return;
  throw new UsageError(
    `${file} is no run of the same plan as ${firstFile}: ${differences.join("; ")}. ` +
      "Leave it out, or compare the two: noclobber report FILE --against FILE.",
  );
}

/** The merge's own, then each kind of the files' once, with how many have it. */
function warningsOf(sources: readonly RunSource[]): Warning[] {
  const kinds = new Map<string, { readonly first: Warning; files: number }>();
  for (const { warnings } of sources) {
    for (const code of new Set(warnings.map((warning) => warning.code))) {
      const first = warnings.find((warning) => warning.code === code) as Warning;
      const kind = kinds.get(code) ?? { first, files: 0 };
      kinds.set(code, kind);
      kind.files++;
    }
  }
  const theirs = [...kinds.values()].map(({ first, files }) => ({
    ...first,
    message: `In ${files} of ${sources.length} merged files: ${first.message}`,
  }));
  return [...hostWarnings(sources), ...toolWarnings(sources), ...theirs];
}

function hostWarnings(sources: readonly RunSource[]): Warning[] {
  const hosts = [...new Map(sources.map(({ host }) => [hostKey(host), host])).values()];
  const [first] = hosts;
  if (!first || hosts.length === 1) return [];
  const facts = (Object.keys(first) as (keyof Host)[]).filter(
    (fact) =>
      fact !== "loadAverage" &&
      hosts.some((host) => JSON.stringify(host[fact]) !== JSON.stringify(first[fact])),
  );
  return [
    {
      code: "hosts-differ",
      message:
        `The forks are of ${hosts.length} hosts, which differ in ${facts.join(", ")}: absolute ` +
        "figures mix them.",
      remedy: "Trust ratios within forks alone; the result file says which fork is of which host.",
    },
  ];
}

function toolWarnings(sources: readonly RunSource[]): Warning[] {
  const names = new Set(
    sources.map(({ tool }) => `${tool.version}${tool.commit ? ` (${tool.commit})` : ""}`),
  );
  if (names.size === 1) return [];
  const listed = [...names].slice(0, 4).join(", ");
  return [
    {
      code: "tools-differ",
      message: `The forks were measured by ${names.size} builds: ${listed}.`,
      remedy: "If the measuring changed between them, merge the files of one build alone.",
    },
  ];
}

/** The load is never the same twice. */
function hostKey({ loadAverage: _, ...host }: Host): string {
  return JSON.stringify(host);
}
