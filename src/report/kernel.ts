/**
 * The report for a kernel's commit message: subject, claims, machine and command, outcomes, a table
 * in the manner of the kernel test robot, and costs beside gains. Plain ASCII at 75 columns.
 */

import type { FigureChange } from "./change.ts";
import { commitText, mostColumns, paragraph } from "./commit-text.ts";
import type { Comparison } from "./comparison.ts";
import type { Digest, Doubts, Identity } from "./digest.ts";
import { leadOf, type SideDoubts, violationWords } from "./doubts.ts";
import { balanceLines, changeTable, outcomeTable } from "./kernel-tables.ts";
import { startWords } from "./merged-words.ts";
import { compared } from "./roles.ts";
import { safetyWords } from "./safety.ts";
import { formatWhole, plural } from "./wording.ts";

/**
 * A whole commit message but for its trailers. With a comparison, `digest` is its candidate; the
 * figures are then those of both runs. Ends with a newline.
 */
export function renderKernel(digest: Digest, comparison?: Comparison): string {
  const blocks = [
    [subjectOf(digest, comparison)],
    ...(comparison ? comparedBlocks(comparison) : runBlocks(digest)),
    ...(comparison ? comparison.doubts.flatMap(sideDoubtBlocks) : doubtBlocks(digest)),
    listed("Notes", digest.notes),
    paragraph(`Measured with ${toolOf(digest.identity)}, which wrote this text.`),
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${text.join("\n\n")}\n`;
}

/** Never longer than a line: nothing in it comes from the file but a formatted ratio. */
function subjectOf(digest: Digest, comparison: Comparison | undefined): string {
  const subject = comparison ? comparedSubject(comparison) : runSubject(digest);
  return `mm: ${subject}`.slice(0, mostColumns);
}

function runSubject({ headline }: Digest): string {
  const neutral = "measure races for address space with MAP_FIXED_NOREPLACE";
  const [price] = headline.claims;
  if (headline.labels.length > 0 || price?.state !== "told") return neutral;
  return (price.ratio.median ?? 0) > 1
    ? "lose races cheaper with MAP_FIXED_NOREPLACE than with a hint"
    : "reserve by hint where a lost MAP_FIXED_NOREPLACE costs more";
}

function comparedSubject({ baseline, candidate, material }: Comparison): string {
  const neutral = "measure races for address space before and after";
  if ([baseline, candidate].some(({ headline }) => headline.labels.length > 0)) return neutral;
  const ways = new Set(material.map(({ verdict }) => verdict));
  if (ways.size === 2) return "trade costs between racing reservations of address space";
  if (ways.has("faster")) return "speed up racing reservations of address space";
  if (ways.has("slower")) return "accept slower racing reservations of address space";
  return neutral;
}

function runBlocks(digest: Digest): string[][] {
  const { identity, safety, beforeAfter } = digest;
  const { before, after } = compared;
  const title =
    `${before} (before) and ${after} (after), medians over forks; the change is the median of ` +
    "ratios within a fork, with its exact 95 % interval";
  return [
    ...digest.headline.labels.map(({ text }) => paragraph(`${text}.`)),
    ...claimBlocks(digest),
    [...labelled("Machine", identity.host), ...labelled("Command", identity.command)],
    outcomeTable(safety, "Outcomes of all attempts:"),
    paragraph(`${safetyWords(safety)}. ${safety.negativeControl.sentence}.`),
    changeTable(beforeAfter, title),
    balanceLines(beforeAfter, after),
    notCovered(identity),
  ];
}

function claimBlocks({ headline }: Digest): string[][] {
  const claims = headline.claims.map((claim) =>
    claim.state === "nothing" ? `${claim.sentence}.` : `${claim.sentence} (${claim.basis}).`,
  );
  return [...new Set(claims)].map((claim) => paragraph(claim));
}

function comparedBlocks(comparison: Comparison): string[][] {
  const { baseline, candidate, ratios, absolutes, sentence, basis } = comparison;
  const { before, after } = compared;
  const own = `${after} / ${before}`;
  const chosen = [
    ...ratios.filter((each) => each.subject === own || isChanged(each)),
    ...absolutes.filter(isChanged),
  ];
  const hidden = ratios.length + absolutes.length - chosen.length;
  const title =
    "Baseline (before) and candidate (after), medians over forks; the change is a Hodges-Lehmann " +
    "shift with its exact 95 % interval, which holds by itself and not for all together; ratios " +
    "are taken within a fork";
  return [
    ...comparison.doubts.flatMap((side) =>
      side.labels.map(({ text }) => paragraph(`${leadOf(side)}${text}.`)),
    ),
    paragraph(`${sentence}.`),
    sideLines(comparison),
    ...[baseline, candidate].map((side, index) =>
      outcomeTable(side.safety, `Outcomes of all attempts, ${index ? "candidate" : "baseline"}:`),
    ),
    paragraph(
      `Baseline: ${safetyWords(baseline.safety)}. Candidate: ${safetyWords(candidate.safety)}.`,
    ),
    changeTable(chosen, title),
    hidden > 0 && chosen.length > 0
      ? paragraph(
          `${plural(hidden, "more figure")} of both runs cannot be told apart, and stand in no ` +
            "line above.",
        )
      : [],
    paragraph(`How it was compared: ${basis}.`),
    balanceLines(ratios, "the candidate"),
    ...comparison.notes.map((note) => paragraph(`Note: ${note}.`)),
    differenceLines(comparison),
    notCovered(candidate.identity),
  ];
}

function isChanged({ verdict }: FigureChange): boolean {
  return verdict === "faster" || verdict === "slower";
}

/** Machine and command, of each side where they are not the same. */
function sideLines({ baseline, candidate }: Comparison): string[] {
  const sides = [baseline.identity, candidate.identity] as const;
  return [
    ...sideLine("machine", sides, ({ host }) => host),
    ...sideLine("command", sides, ({ command }) => command),
  ];
}

function sideLine(
  label: string,
  [baseline, candidate]: readonly [Identity, Identity],
  pick: (side: Identity) => string,
): string[] {
  const [theirs, ours] = [pick(baseline), pick(candidate)];
  if (theirs === ours) return labelled(`Both sides' ${label}`, ours);
  return [...labelled(`Baseline's ${label}`, theirs), ...labelled(`Candidate's ${label}`, ours)];
}

const mostListed = 12;

function differenceLines({ differences, unmatched }: Comparison): string[] {
  const differs = differences.map((each) => `${each.fact} ${each.baseline} -> ${each.candidate}`);
  const alone = (side: "baseline" | "candidate") =>
    unmatched.filter((each) => each.side === side).map(({ what }) => what);
  return [
    ...listed("Differs", differs),
    ...listed("Only in the baseline, and not compared", alone("baseline")),
    ...listed("Only in the candidate, and not compared", alone("candidate")),
  ];
}

function listed(label: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  const rest = items.length - mostListed;
  const shown = items
    .slice(0, mostListed)
    .map((text) => commitText(text))
    .join("; ");
  return paragraph(`${label}: ${shown}${rest > 0 ? `; and ${formatWhole(rest)} more` : ""}.`, 2);
}

/** What must stand beside any figure: broken laws, lost forks, warnings; of `whom`, if of two. */
function doubtBlocks({ violations, incompleteForks, warnings }: Doubts, whom = ""): string[][] {
  return [
    listed(`Broken laws${whom}`, violations.map(violationWords)),
    listed(
      `Forks${whom} that did not end as they should`,
      incompleteForks.map(({ fork, status, error }) => `fork ${fork + 1} ${status}, ${error}`),
    ),
    listed(
      `Warnings${whom}`,
      warnings.map(({ message }) => message.replace(/\.$/, "")),
    ),
  ];
}

function sideDoubtBlocks(doubts: SideDoubts): string[][] {
  return doubtBlocks(doubts, ` of the ${doubts.side}`);
}

function notCovered({ setting }: Identity): string[] {
  return paragraph(
    "Not covered: file mappings, tails beyond p99, threads that do something else between two " +
      `attempts, other machines, and any setting but this one: ${setting}.`,
  );
}

/** "Label: text", wrapped under an indent, so that no later line begins with a text of the file. */
function labelled(label: string, text: string): string[] {
  return paragraph(`${label}: ${text}`, 2);
}

function toolOf(identity: Identity): string {
  return `${identity.tool}, ${identity.merged ? "" : "run of "}${startWords(identity)}`;
}
