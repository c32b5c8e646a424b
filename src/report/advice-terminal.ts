/**
 * The advice for a terminal: the recommendation in a sentence, why, what every way came to, how to
 * use it, the snippet, the caveats, and how it was measured. No line is wider than asked for, but
 * those of the snippet.
 */

import type { Advice, Evidence, Recommendation, Rejected } from "../results/advice-schema.ts";
import { formatBytes, formatNs, toThreeDigits } from "../units.ts";
import type { PathDigest } from "./path-digest.ts";
import { joinSections, labelled, type Paint, painting, printable, wrap } from "./prose.ts";
import { facts, type TerminalOptions, warningLines, whereLines } from "./terminal.ts";
import { type Column, layOutTable, leftOutWords, titledRule } from "./text-table.ts";
import { asSentence, formatRatio, plural } from "./wording.ts";

interface Place {
  readonly width: number;
  readonly paint: Paint;
}

/** Every section, an empty line between them; ends with a newline. */
export function renderAdvice(
  advice: Advice,
  digest: PathDigest,
  { width, colour }: TerminalOptions,
): string {
  const place = { width, paint: painting(colour) };
  const { recommendation } = advice;
  return joinSections([
    sentenceLines(recommendation, digest, place),
    whereLines(digest, width, place.paint),
    reasonLines(recommendation, place),
    wayLines(recommendation, place),
    usageLines(recommendation, place),
    snippetLines(recommendation, place),
    caveatLines(recommendation, place),
    measuredLines(advice, digest, place),
    warningLines(digest, width, place.paint),
  ]);
}

function sentenceLines(
  { sentence, inconclusive }: Recommendation,
  { headline }: PathDigest,
  { width, paint }: Place,
): string[] {
  const doubt = inconclusive ? [`${inconclusive.why}. ${asSentence(inconclusive.remedy)}`] : [];
  const labels = headline.labels.map(({ text }) => asSentence(text));
  return [
    ...wrap(asSentence(sentence), width).map((line) => paint("bold", line)),
    ...doubt.flatMap((text) =>
      wrap(`! Not borne out: ${text}`, width, 2).map((line) => paint("yellow", line)),
    ),
    ...labels.flatMap((text) => wrap(`! ${text}`, width, 2).map((line) => paint("yellow", line))),
  ];
}

function reasonLines({ reasons }: Recommendation, { width, paint }: Place): string[] {
  if (reasons.length === 0) return [];
  return [
    paint("bold", "Why"),
    ...reasons.flatMap(({ text }) => wrap(`- ${asSentence(text)}`, width, 2)),
  ];
}

/** One way in the table: the recommended one, and what became of the others. */
interface WayLine {
  readonly way: string;
  readonly verdict: string;
  readonly evidence: readonly Evidence[];
}

/** What every way came to, then why the others were not taken. */
function wayLines(recommendation: Recommendation, { width, paint }: Place): string[] {
  const { way: chosen, rejected, reasons } = recommendation;
  const own = reasons.flatMap(({ evidence }) => evidence);
  const lines: WayLine[] = [
    ...(chosen === null ? [] : [{ way: chosen, verdict: "recommended", evidence: own }]),
    ...rejected.map(({ way, why, evidence }) => ({ way, verdict: why, evidence })),
  ];
  if (lines.length === 0) return [];
  const text = (figure: Evidence["figure"], format: (value: number) => string) => (line: WayLine) =>
    figureText(find(line, figure), format);
  const ratio = (figure: Evidence["figure"]) => (line: WayLine) =>
    line.way === chosen ? "1" : figureText(find(line, figure, chosen ?? ""), formatRatio);
  const columns: Column<WayLine>[] = [
    { label: "way", align: "left", text: ({ way }) => printable(way) },
    {
      ...{ group: "reservation", label: "p50", wideGap: true },
      text: text("reservation-p50", formatNs),
    },
    {
      ...{ group: "reservation", label: "p99", givesWay: 1, name: "reservation p99" },
      text: text("reservation-p99", formatNs),
    },
    {
      ...{ group: "system", label: "calls", wideGap: true, givesWay: 2, name: "system calls" },
      text: text("calls", toThreeDigits),
    },
    {
      ...{ group: "times the recommended", label: "p50", wideGap: true, givesWay: 4 },
      ...{ name: "p50 to the recommended's", text: ratio("reservation-p50") },
    },
    {
      ...{ group: "times the recommended", label: "p99", wideGap: true, givesWay: 3 },
      ...{ name: "p99 to the recommended's", text: ratio("reservation-p99") },
    },
    { label: "verdict", align: "left", wideGap: true, text: ({ verdict }) => verdict },
  ];
  const table = layOutTable(columns, lines, width);
  const legend =
    "Times and calls are of a reservation: search, attempts, retries; calls count its release, " +
    "too. Ratios are taken within a fork: median [95 % interval]. tie: p50 and p99 together do " +
    `not tell it from the recommended one, which is simpler.${leftOutWords(table.leftOut)}`;
  return [
    ...table.header,
    ...titledRule("what every way came to", table, width, paint),
    ...table.body,
    ...wrap(legend, width).map((line) => paint("dim", line)),
    ...obstacleLines(rejected, chosen, width),
  ];
}

/** What the table does not tell; ways with the same words stand together. */
function obstacleLines(
  rejected: readonly Rejected[],
  chosen: string | null,
  width: number,
): string[] {
  const told = rejected.filter((each) => saysMore(each, chosen));
  return [...new Set(told.map(({ text }) => text))].flatMap((text) => {
    const ways = told.filter((each) => each.text === text).map(({ way }) => way);
    return wrap(`${ways.join(", ")}: ${asSentence(text)}`, width, 2);
  });
}

/** Whether the words tell what the table does not: an obstacle, or who else it is beaten by. */
function saysMore({ why, evidence }: Rejected, chosen: string | null): boolean {
  const isCompared = why === "slower" || why === "tie" || why === "undecided";
  return !isCompared || evidence.some(({ to }) => to !== undefined && to !== chosen);
}

/** A figure of the way itself, or its ratio to another. */
function find({ way, evidence }: WayLine, figure: Evidence["figure"], to?: string) {
  return evidence.find((each) => each.figure === figure && each.way === way && each.to === to);
}

function figureText(found: Evidence | undefined, format: (value: number) => string): string {
  if (!found) return "-";
  const { value, interval, unit } = found;
  if (unit !== "ratio" || !interval) return format(value);
  return `${format(value)} [${format(interval.lo)}, ${format(interval.hi)}]`;
}

function usageLines(
  { fallback, flags, checks }: Recommendation,
  { width, paint }: Place,
): string[] {
  const [first, ...others] = checks.map(({ result, means }) => `${result}: ${means}.`);
  const needed = fallback.needed ? "needed" : "not needed";
  return facts(width, paint, [
    ["fallback", `${needed}: ${asSentence(fallback.why)}`],
    ["flags", flags.join(" | ")],
    ["check", first ?? ""],
    ...others.map((text) => ["", text] as const),
  ]);
}

function snippetLines({ snippet }: Recommendation, { paint }: Place): string[] {
  const code = snippet.trimEnd().split("\n");
  return [paint("bold", "In C"), ...code.map((line) => `    ${line}`.trimEnd())];
}

function caveatLines({ caveats }: Recommendation, { width, paint }: Place): string[] {
  return [
    paint("bold", "Caveats at this size, on these kernels"),
    ...caveats.flatMap(({ topic, text }) => {
      const lines = labelled(topic, text, width, topicWidth);
      return lines.map((line, index) =>
        index === 0 ? paint("dim", line.slice(0, topicWidth)) + line.slice(topicWidth) : line,
      );
    }),
  ];
}

/** The longest topic, "before 4.17", and a gap. */
const topicWidth = 13;

/** What the figures are of, and what they are not. */
function measuredLines(
  { request, recommendation: { rejected } }: Advice,
  { profiles, safety, scaled }: PathDigest,
  { width, paint }: Place,
): string[] {
  const { bytes, alignBytes, low, high, threads, hold, tries, minKernel, prot } = request;
  const { load = plural(threads, "actor"), interlopers = 0 } = profiles[0] ?? {};
  const places = `${formatBytes(bytes)} at multiples of ${formatBytes(alignBytes)}`;
  const asked =
    `${places} in ${low}-${high}, prot ${prot}, each thread keeping ${hold}, given up after ` +
    `${tries} attempts, on Linux ${minKernel} and later`;
  const how =
    `${load}${interlopers > 0 ? " who takes places at random" : ""}, ` +
    `${plural(rejected.length + 1, "way")} in alternating blocks in each fork. Searching and ` +
    "stepping between system calls is noclobber's own code, not C: what a way does outside of " +
    "the kernel weighs more here.";
  const rule =
    "A way is slower if a 95 % interval over forks says so at p50 or p99, by 5 % or more, and " +
    "not faster at the other. Each interval stands for itself.";
  return facts(width, paint, [
    ["asked", asked],
    ["measured", how],
    ["rule", rule],
    ["scaled", scaled.map(asSentence).join(" ")],
    ["safety", asSentence(safety.sentence)],
  ]);
}
