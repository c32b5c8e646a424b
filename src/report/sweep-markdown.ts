/**
 * A sweep as Markdown, for a comment or a changelog: the claims first, then the figures at every
 * value, what grows, and the rest folded away. Whatever the file holds, it fits a comment: each
 * list has a share of the bytes.
 */

import { formatNs } from "../units.ts";
import { claimBlocks, doubts, particulars } from "./markdown.ts";
import { outcomeTable } from "./markdown-figures.ts";
import { folded, type Item, item, prose, rowOf, table, within } from "./markdown-text.ts";
import { compared } from "./roles.ts";
import { safetyWords } from "./safety.ts";
import {
  beyondText,
  lawText,
  mappingsText,
  peakText,
  residualText,
  rmsText,
  shownWords,
  staleText,
} from "./sweep-cells.ts";
import type { SweepDigest } from "./sweep-digest.ts";
import { byListing, type RaceMeasure, type RaceRow } from "./sweep-races.ts";
import { extrapolatedActors, hasCurve, lackingSentences, type Scaling } from "./sweep-scaling.ts";
import type { SearchRow, SearchSeries } from "./sweep-searches.ts";
import { axisNames, shortInterval, valueText } from "./sweep-words.ts";
import { formatRatio, formatShare, formatWhole, medianWords, usualForks } from "./wording.ts";

/** GitHub takes 65,536 characters in a comment. What is in no list has 17 kB at most. */
const shareBytes = {
  races: 9_000,
  ratios: 3_000,
  growth: 6_000,
  scaling: 3_000,
  searches: 9_000,
  outcomes: 3_000,
} as const;

/** Less than 60,000 bytes; ends with a newline. */
export function renderSweepMarkdown(digest: SweepDigest): string {
  const blocks = [
    ["### noclobber: sweep"],
    ...claimBlocks(digest.headline),
    doubts(digest),
    ...raceBlocks(digest),
    growthItems(digest),
    folded("The Universal Scalability Law, fitted", scalingTable(digest)),
    folded("Searches", searchTable(digest)),
    folded("Outcomes of all attempts, and safety", [
      ...outcomeTable(digest, shareBytes.outcomes),
      ...searchSafety(digest),
    ]),
    folded("What was measured, and how", particulars(digest)),
  ];
  const text = blocks.map((lines) => lines.join("\n")).filter((block) => block !== "");
  return `${text.join("\n\n")}\n`;
}

/** Columns: more strategies than these stand in the file alone. */
const mostStrategies = 5;
/** Of a strategy's name over its column. */
const mostCharacters = 40;

interface PlacedRow extends RaceRow {
  readonly measure: RaceMeasure;
  readonly what: string;
}

/** A row a measure and value, a column a strategy. */
function raceBlocks({ axis, races }: SweepDigest): string[][] {
  const rows = races.flatMap(({ place, measure, rows: own }) =>
    own.map((row): PlacedRow => ({ ...row, measure, what: `${place}: ${measure.title}` })),
  );
  const all = [...new Set(races.flatMap(({ strategies }) => strategies))].sort(byListing);
  const shown = all.slice(0, mostStrategies);
  const names = shown.map((strategy) => prose(strategy.slice(0, mostCharacters)));
  const header = [
    rowOf(["figure", axisNames[axis], ...names, "ratio", "n"]),
    rowOf([":--", "--:", ...Array<string>(shown.length + 2).fill("--:")]),
  ];
  const lineOf = (row: PlacedRow) =>
    cells([
      row.what,
      valueText(axis, row.value),
      ...shown.map((strategy) => {
        const found = row.cells.get(strategy);
        return found ? shortInterval(found.figure, row.measure.format) : "-";
      }),
      shortInterval(row.ratio.figure, formatRatio),
      formatWhole(row.forks),
    ]);
  if (rows.length === 0) return [];
  const figures = rows.flatMap(({ cells }) => [...cells.values()].map(({ figure }) => figure));
  const hidden = all.length - shown.length;
  const caption =
    `${shownWords(figures, usualForks(rows.map(({ forks }) => forks)))}. The ratio is taken ` +
    `within a fork, and above 1 speaks for ${compared.after}.` +
    (hidden > 0 ? ` ${formatWhole(hidden)} more strategies: in the result file.` : "");
  return [table(header, rows, lineOf, shareBytes.races), [caption]];
}

/** A row of texts: some are the file's, and one of ours may say "<0.1 %". */
function cells(texts: readonly string[]): string {
  return rowOf(texts.map(prose));
}

function growthItems({ growth, growthBasis }: SweepDigest): string[] {
  if (growth.length === 0) return [];
  const lines = within(shareBytes.growth, growth, (sentence) => `- ${prose(sentence)}.`);
  return ["**What grows**", "", ...lines, ...(growthBasis === "" ? [] : ["", growthBasis])];
}

/** The law, what it misses, and its guesses with their warning. */
function scalingTable({ scaling, scalingWarning }: SweepDigest): string[] {
  const actors = scaling.flatMap(({ points }) => points.map((point) => point.actors));
  const counts = [...new Set(actors)].sort((a, b) => a - b).slice(0, mostActorCounts);
  const header = [
    rowOf([
      ...["strategy", "one actor", "sigma", "kappa", "highest at"],
      ...counts.map((count) => `residual at ${count}, %`),
      ...["rms", ...extrapolatedActors.map((count) => `EXTRAPOLATED: ${count}`)],
    ]),
    rowOf([":--", ...Array<string>(5 + counts.length + extrapolatedActors.length).fill("--:")]),
  ];
  const lineOf = (row: Scaling) =>
    cells([
      row.strategy,
      ...[lawText(row, "lambda"), lawText(row, "sigma"), lawText(row, "kappa"), peakText(row)],
      ...counts.map((count) => residualText(row, count)),
      rmsText(row),
      ...extrapolatedActors.map((count) => beyondText(row, count)),
    ]);
  const items: Item[] = [
    ...(scalingWarning === undefined ? [] : [{ label: "note well", text: scalingWarning }]),
    ...lackingSentences(scaling).map((sentence) => ({ label: "note", text: `${sentence}.` })),
  ];
  const notes = within(shareBytes.scaling, items, item);
  if (!hasCurve(scaling)) return notes;
  return [...table(header, scaling, lineOf, shareBytes.scaling), "", ...notes];
}

const mostActorCounts = 12;

interface PlacedSearch extends SearchRow, Pick<SearchSeries, "way" | "load"> {}

function searchTable({ axis, searches }: SweepDigest): string[] {
  const rows = searches.flatMap(({ way, load, rows: own }) =>
    own.map((row): PlacedSearch => ({ ...row, way, load })),
  );
  const header = [
    rowOf([
      ...["way", "by", axisNames[axis], "mappings", "search p50", "in system calls", "parsing"],
      ...["reservation p50", "stale", "n"],
    ]),
    rowOf([":--", ":--", ...Array<string>(8).fill("--:")]),
  ];
  const lineOf = (row: PlacedSearch) =>
    cells([
      ...[row.way, row.load, valueText(axis, row.value), mappingsText(row)],
      shortInterval(row.figures.searchP50Ns, formatNs),
      medianWords(row.figures.searchKernelP50Ns, formatNs),
      medianWords(row.figures.parseShare, formatShare),
      shortInterval(row.figures.reservationP50Ns, formatNs),
      ...[staleText(row), formatWhole(row.forks)],
    ]);
  return table(header, rows, lineOf, shareBytes.searches);
}

function searchSafety({ searchSafety: safety }: SweepDigest): string[] {
  if (!safety) return [];
  const others = safety.others.map(({ sound, sentence }) => `${sound}: ${sentence}`);
  const all = [`Searches: ${safetyWords(safety)}`, ...others];
  return ["", ...within(shareBytes.outcomes, all, (sentence) => `- ${prose(sentence)}.`)];
}
