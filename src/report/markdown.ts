/**
 * The report as Markdown for a step summary or a comment: the headline first, then what changed,
 * and the rest folded away. Whatever the file holds, it fits a comment: each list has a share of
 * the bytes, and what does not fit is counted.
 */

import type { FigureChange } from "./change.ts";
import { balanceOf, centreWords, changeWords, forksWords, stddevWords } from "./change-wording.ts";
import type { Comparison } from "./comparison.ts";
import type { Digest, Doubts } from "./digest.ts";
import { incompleteWords, type SideDoubts, violationWords } from "./doubts.ts";
import type { HeadlineWords } from "./headline.ts";
import type { Label } from "./labels.ts";
import { outcomeTable, scenarioTable } from "./markdown-figures.ts";
import { folded, type Item, item, plain, prose, rowOf, table, within } from "./markdown-text.ts";
import { startWords } from "./merged-words.ts";
import { compared } from "./roles.ts";
import { formatWhole, plural } from "./wording.ts";

/** GitHub takes 65,536 characters in a comment. What is in no list has 12 kB at most. */
const shareBytes = {
  balance: 4_000,
  changes: 9_000,
  absolutes: 6_000,
  scenarios: 8_000,
  outcomes: 3_000,
  labels: 3_000,
  doubts: 6_000,
  differences: 5_000,
  particulars: 5_000,
} as const;

/** Less than 60,000 bytes; ends with a newline. `digest` is a comparison's candidate. */
export function renderMarkdown(digest: Digest, comparison?: Comparison): string {
  const blocks = [
    ...(comparison ? comparedHead(comparison) : runHead(digest)),
    comparison ? comparison.doubts.flatMap(doubtsOfSide) : doubts(digest),
    ...(comparison ? comparedTables(comparison) : runTables(digest)),
    folded("Figures of every strategy", scenarioTable(digest, shareBytes.scenarios)),
    folded("Outcomes of all attempts, and safety", outcomeTable(digest, shareBytes.outcomes)),
    ...(comparison ? [folded("What differs", differing(comparison))] : []),
    folded("What was measured, and how", particulars(digest, comparison)),
  ];
  const text = blocks.map((lines) => lines.join("\n")).filter((block) => block !== "");
  return `${text.join("\n\n")}\n`;
}

function runHead({ headline, beforeAfter }: Digest): string[][] {
  return [["### noclobber"], ...claimBlocks(headline), balance(beforeAfter)];
}

/** What changes how every figure is read, and a paragraph for each claim. */
export function claimBlocks({ claims, labels }: HeadlineWords): string[][] {
  const texts = claims.map((claim) => {
    const basis = claim.state === "nothing" ? "" : ` (${prose(claim.basis)})`;
    return `**${prose(claim.sentence)}**${basis}.`;
  });
  return [labelItems(labels.map(labelItem)), ...[...new Set(texts)].map((text) => [text])];
}

function comparedHead({ sentence, ratios, doubts: sides }: Comparison): string[][] {
  const labels = sides.flatMap((each) => each.labels.map(labelItem).map(ofSide(each)));
  return [
    ["### noclobber: comparison"],
    labelItems(labels),
    [`**${prose(sentence)}.**`],
    balance(ratios),
  ];
}

function labelItem({ text }: Label): Item {
  return { label: "note well", text };
}

function labelItems(labels: readonly Item[]): string[] {
  return within(shareBytes.labels, labels, item);
}

function ofSide({ side }: SideDoubts) {
  return ({ label, text }: Item): Item => ({ label: `${side}, ${label}`, text });
}

/** Costs beside gains. */
function balance(changes: readonly FigureChange[]): string[] {
  if (changes.length === 0) return [];
  if (changes.every(({ verdict }) => verdict === "too-few")) {
    return ["Gains and costs cannot be told: too few forks for an interval."];
  }
  const { gains, costs, open } = balanceOf(changes);
  const items = (label: string, texts: readonly string[]) => texts.map((text) => ({ label, text }));
  const none = ["nothing beyond an interval"];
  return within(
    shareBytes.balance,
    [
      ...items("gain", gains.length > 0 ? gains : none),
      ...items("cost", costs.length > 0 ? costs : none),
      ...items("inconclusive", open),
    ],
    item,
  );
}

/** Broken laws, forks that did not end as they should, and warnings. */
export function doubts(digest: Doubts): string[] {
  return within(shareBytes.doubts, doubtItems(digest), item);
}

function doubtsOfSide(side: SideDoubts): string[] {
  return within(shareBytes.doubts / 2, doubtItems(side).map(ofSide(side)), item);
}

function doubtItems({ violations, incompleteForks, warnings }: Doubts): Item[] {
  return [
    ...violations.map((each) => ({ label: "broken law", text: violationWords(each) })),
    ...incompleteForks.map((each) => ({
      label: `fork ${each.fork + 1}`,
      text: incompleteWords(each),
    })),
    ...warnings.map(({ message, remedy }) => ({ label: "warning", text: `${message} ${remedy}` })),
  ];
}

function runTables({ beforeAfter }: Digest): string[][] {
  const { before, after } = compared;
  const caption =
    "Medians over forks with %stddev; the change is taken within forks, 95 % interval.";
  const lines = changeTable(beforeAfter, [before, after], shareBytes.changes);
  return lines.length === 0 ? [] : [lines, [caption]];
}

function comparedTables({ ratios, absolutes, basis, notes }: Comparison): string[][] {
  const sides = ["baseline", "candidate"] as const;
  return [
    changeTable(ratios, sides, shareBytes.changes),
    [`${prose(basis)}.`],
    notes.map((note) => item({ label: "note", text: `${note}.` })),
    folded(
      `Times and rates, which drift with the machine (${formatWhole(absolutes.length)})`,
      changeTable(absolutes, sides, shareBytes.absolutes),
    ),
  ];
}

function changeTable(
  changes: readonly FigureChange[],
  [before, after]: readonly [string, string],
  mostBytes: number,
): string[] {
  const hasSubjects = changes.some(({ subject }) => subject !== "");
  const header = [
    rowOf(["where", ...(hasSubjects ? ["of"] : []), "figure", before, after, "change", "n"]),
    rowOf([":--", ...(hasSubjects ? [":--"] : []), ":--", "--:", "--:", "--:", "--:"]),
  ];
  const side = (centre: FigureChange["before"], unit: FigureChange["unit"]) => {
    const stddev = stddevWords(centre);
    return centreWords(centre, unit) + (stddev === "" ? "" : ` ± ${stddev}`);
  };
  const row = (each: FigureChange) =>
    rowOf([
      prose(each.place),
      ...(hasSubjects ? [prose(each.subject)] : []),
      each.figure,
      side(each.before, each.unit),
      side(each.after, each.unit),
      changeWords(each),
      forksWords(each),
    ]);
  return table(header, changes, row, mostBytes);
}

function differing({ differences, unmatched }: Comparison): string[] {
  const items: Item[] = [
    ...unmatched.map(({ side, what }) => ({ label: `only in the ${side}`, text: what })),
    ...differences.map(({ fact, baseline, candidate }) => ({
      label: fact,
      text: `baseline ${baseline}, candidate ${candidate}`,
    })),
  ];
  return within(shareBytes.differences, items, item);
}

/** Machine, probe, settings and commands, and what there is to note. */
export function particulars(
  digest: Pick<Digest, "identity" | "notes">,
  comparison?: Comparison,
): string[] {
  const { identity, notes } = digest;
  const { forks } = identity;
  const told: Item[] = [
    { label: "host", text: identity.host },
    { label: "probe", text: identity.probe },
    {
      label: "run",
      text:
        `${identity.tool}, ${startWords(identity)}, ${identity.status}, ` +
        `${forks.complete} of ${plural(forks.planned, "fork")} complete`,
    },
    { label: "setting", text: identity.setting },
    ...notes.map((text) => ({ label: "note", text })),
  ];
  const commands = [
    ...(comparison
      ? [`- **baseline** <code>${plain(comparison.baseline.identity.command)}</code>`]
      : []),
    `- **command** <code>${plain(identity.command)}</code>`,
  ];
  return [...commands, ...within(shareBytes.particulars, told, item)];
}
