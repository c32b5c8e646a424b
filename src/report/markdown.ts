/**
 * The report as Markdown for a step summary or a comment: the headline first, then what changed,
 * and the rest folded away. Whatever the file holds, it fits a comment: each list has a share of
 * the bytes, and what does not fit is counted.
 */

import type { FigureChange } from "./change.ts";
import { balanceOf, centreWords, changeWords, forksWords, stddevWords } from "./change-wording.ts";
import type { Comparison } from "./comparison.ts";
import type { Digest } from "./digest.ts";
import { outcomeTable, scenarioTable } from "./markdown-figures.ts";
import { folded, type Item, item, plain, prose, rowOf, table, within } from "./markdown-text.ts";
import { compared } from "./roles.ts";
import { formatWhole, plural } from "./wording.ts";

/** GitHub takes 65,536 characters in a comment. What is in no list has 12 kB at most. */
const shareBytes = {
  balance: 4_000,
  changes: 9_000,
  absolutes: 6_000,
  scenarios: 8_000,
  outcomes: 3_000,
  doubts: 6_000,
  differences: 5_000,
  particulars: 5_000,
} as const;

/** Less than 60,000 bytes; ends with a newline. `digest` is a comparison's candidate. */
export function renderMarkdown(digest: Digest, comparison?: Comparison): string {
  const blocks = [
    ...(comparison ? comparedHead(comparison) : runHead(digest)),
    doubts(digest),
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
  const claims = headline.claims.map((claim) => {
    const basis = claim.state === "nothing" ? "" : ` (${prose(claim.basis)})`;
    return `**${prose(claim.sentence)}**${basis}.`;
  });
  return [["### noclobber"], ...[...new Set(claims)].map((claim) => [claim]), balance(beforeAfter)];
}

function comparedHead({ sentence, ratios }: Comparison): string[][] {
  return [["### noclobber: comparison"], [`**${prose(sentence)}.**`], balance(ratios)];
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

/** What changes how every figure is read. */
function doubts(digest: Digest): string[] {
  const { headline, violations, incompleteForks, warnings } = digest;
  const items: Item[] = [
    ...headline.labels.map(({ text }) => ({ label: "note well", text })),
    ...violations.map(({ fork, scenario, actors, text }) => ({
      label: "broken law",
      text: `fork ${fork + 1}, ${scenario}, ${plural(actors, "actor")}: ${text}`,
    })),
    ...incompleteForks.map(({ fork, status, counted, error }) => {
      const kept = counted ? "the trials it finished count" : "it finished no trial";
      return { label: `fork ${fork + 1}`, text: `${status}: ${error}; ${kept}` };
    }),
    ...warnings.map(({ message, remedy }) => ({ label: "warning", text: `${message} ${remedy}` })),
  ];
  return within(shareBytes.doubts, items, item);
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

function particulars(digest: Digest, comparison: Comparison | undefined): string[] {
  const { identity, notes } = digest;
  const { forks } = identity;
  const told: Item[] = [
    { label: "host", text: identity.host },
    { label: "probe", text: identity.probe },
    {
      label: "run",
      text:
        `${identity.tool}, ${identity.startedAt}, ${identity.status}, ` +
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
