/**
 * A gate's result as Markdown for a CI step summary or a comment: verdict first, the judged
 * metrics, then the rest folded away. Whatever the file holds, it fits a comment: each list has
 * a share of the bytes, and what does not fit is counted.
 */

import type { ComparedMetric, Gate, JudgedMetric, LawResult } from "../results/gate-schema.ts";
import {
  amountWords,
  changeWords,
  comparisonWords,
  countWords,
  differenceWords,
  droppedWords,
  environmentWords,
  intervalWords,
  needsReason,
  ratioWords,
  rawDataWords,
  roleWords,
  sharedHostWords,
  sideWords,
  verdictWords,
} from "./gate-wording.ts";
import { folded, type Item, item, plain, prose, rowOf, table, within } from "./markdown-text.ts";
import { formatWhole, plural } from "./wording.ts";

/** GitHub takes 65,536 characters in a comment. What is in no list has 10 kB at most. */
const shareBytes = {
  metrics: 11_000,
  reasons: 7_500,
  shown: 8_000,
  laws: 5_500,
  sides: 7_500,
  remarks: 8_000,
} as const;

const marks: Readonly<Record<Gate["exitCode"], string>> = {
  0: "PASS",
  1: "FAIL",
  3: "NO ANSWER",
};

/** Less than 60,000 bytes; ends with a newline. */
export function renderGateMarkdown(gate: Gate): string {
  const { verdict, policy, sentence, exitCode } = gate;
  const blocks = [
    [`### noclobber gate: ${marks[exitCode]}, ${plain(verdictWords(verdict, policy))}`],
    [`**${prose(sentence)}**`],
    metricTable(gate),
    reasons(gate),
    [gate.metrics.length > 0 ? caption(gate) : ""],
    folded(`Shown, never judged (${formatWhole(gate.shown.length)})`, shownTable(gate.shown)),
    folded(lawSummary(gate.laws), lawTable(gate.laws)),
    folded("What was compared, and how", particulars(gate)),
  ];
  const text = blocks.map((lines) => lines.join("\n")).filter((block) => block !== "");
  return `${text.join("\n\n")}\n`;
}

function metricTable(gate: Gate): string[] {
  const header = [
    `| metric | baseline | candidate | slower [${plain(intervalWords(gate))}] | verdict | n |`,
    "| :-- | --: | --: | --: | :-- | --: |",
  ];
  const row = ({ name, baseline, candidate, verdict, ...metric }: JudgedMetric) =>
    rowOf([
      prose(name),
      ratioWords(baseline.median),
      ratioWords(candidate.median),
      changeWords(metric.slowdown),
      plain(verdictWords(verdict, gate.policy)),
      countWords(metric),
    ]);
  return table(header, gate.metrics, row, shareBytes.metrics);
}

/** Why what did not pass did not: what the broken laws say, then the metrics. */
function reasons({ metrics, laws }: Gate): string[] {
  const judged = metrics.filter(({ verdict }) => needsReason(verdict));
  return within(shareBytes.reasons, [...laws.flatMap(breaches), ...judged.map(told)], item);
  function told({ name, reason }: JudgedMetric): Item {
    return { label: name, text: reason };
  }
}

function breaches({ law, broken, brokenCount }: LawResult): Item[] {
  const label = `broken: ${law}`;
  const rest = brokenCount - broken.length;
  const more = rest > 0 ? [{ label, text: `${plural(rest, "time")} more` }] : [];
  return brokenCount === 0 ? [] : [...broken.map((text) => ({ label, text })), ...more];
}

function caption(gate: Gate): string {
  const environment = environmentWords(gate);
  const told = environment === undefined ? "" : ` Environment: ${prose(environment)}.`;
  return `Ratios within a fork, their medians; positive is slower.${told}`;
}

function shownTable(shown: readonly ComparedMetric[]): string[] {
  const header = [
    "| figure | baseline | candidate | slower [95 % interval] | n |",
    "| :-- | --: | --: | --: | --: |",
  ];
  const row = ({ name, baseline, candidate, ...metric }: ComparedMetric) =>
    rowOf([
      prose(name),
      amountWords(baseline.median),
      amountWords(candidate.median),
      changeWords(metric.slowdown),
      countWords(metric),
    ]);
  return table(header, shown, row, shareBytes.shown);
}

function lawSummary(laws: readonly LawResult[]): string {
  const broken = laws.filter(({ brokenCount }) => brokenCount > 0).length;
  return `Exact laws: ${formatWhole(broken)} of ${formatWhole(laws.length)} broken`;
}

function lawTable(laws: readonly LawResult[]): string[] {
  const row = ({ law, checked, brokenCount }: LawResult) =>
    rowOf([prose(law), formatWhole(checked), formatWhole(brokenCount)]);
  const header = ["| law | checked | broken |", "| :-- | --: | --: |"];
  return table(header, laws, row, shareBytes.laws);
}

function particulars(gate: Gate): string[] {
  const host = sharedHostWords(gate);
  const sides: Item[] = [
    ...gate.sides.map((side) => ({ label: roleWords(side), text: sideWords(side, gate.sides) })),
    ...(host === undefined ? [] : [{ label: "host", text: host }]),
    { label: "compared", text: comparisonWords(gate) },
    { label: "raw data", text: rawDataWords(gate) },
  ];
  const remarks: Item[] = [
    ...gate.differences.map((each) => ({ label: "differs", text: differenceWords(each) })),
    ...(gate.pairs?.dropped ?? []).map((each) => ({ label: "dropped", text: droppedWords(each) })),
    ...gate.notes.map((text) => ({ label: "note", text })),
  ];
  return [
    ...within(shareBytes.sides, sides, item),
    `- **command** <code>${plain(gate.command.join(" "))}</code>`,
    ...within(shareBytes.remarks, remarks, item),
  ];
}
