/**
 * A comparison as an entry in Keep a Changelog form: a bullet for every material change. Where it
 * goes in a changelog is for changelog-insert.ts.
 */

import type { FigureChange } from "./change.ts";
import { changeWords, figureWords, forksWords } from "./change-wording.ts";
import { entryOf } from "./changelog-insert.ts";
import type { Comparison } from "./comparison.ts";
import type { Digest } from "./digest.ts";
import { doubtSentences, isBroken, leadOf, type SideDoubts } from "./doubts.ts";
import { isGrave } from "./labels.ts";
import { prose } from "./markdown-text.ts";
import { formatWhole, plural } from "./wording.ts";

/** More changes than a changelog's reader reads are counted. */
const mostBullets = 20;
/** As much of each kind of doubt. */
const mostDoubts = 3;

/**
 * "### Changed" and its bullets, between two comments that name the candidate's start. `digest` is
 * the candidate; `link` leads to its result file. Ends with a newline.
 */
export function renderChangelog(digest: Digest, comparison: Comparison, link: string): string {
  const bullets = [
    ...changeBullets(comparison, `[result](${target(link)})`),
    ...doubtBullets(comparison),
    basisBullet(comparison),
  ];
  return entryOf(digest.identity.startedAt, bullets);
}

/** No change is told of figures that nobody should trust. */
function changeBullets({ material, sentence, doubts }: Comparison, link: string): string[] {
  const broken = doubts.filter(isBroken);
  if (broken.length > 0) {
    const why = broken.map((side) => leadOf(side) + graveTexts(side).join(" "));
    return [`- No change is told. ${why.map(prose).join(" ")} (${link})`];
  }
  if (material.length === 0) return [`- ${prose(sentence)} (${link})`];
  const rest = material.length - mostBullets;
  return [
    ...material.slice(0, mostBullets).map((each) => bulletOf(each, link)),
    ...(rest > 0 ? [`- ${plural(rest, "more change")} in the ${link}`] : []),
  ];
}

/** "- lost p50 of a / b in spread/2: slower, +8.0 % [+6.1, +9.9] (n = 12; [result](x))". */
function bulletOf(each: FigureChange, link: string): string {
  const what = `${figureWords(each)} in ${each.place}`;
  const told = `${each.verdict}, ${changeWords(each)}`;
  return `- ${prose(what)}: ${told} (n = ${forksWords(each)}; ${link})`;
}

/** What else is to be known of each side, in as few words as a changelog has for it. */
function doubtBullets({ doubts }: Comparison): string[] {
  return doubts.flatMap((side) => {
    const labels = side.labels.filter((label) => !isGrave(label)).map(({ text }) => `${text}.`);
    const sentences = [...labels, ...doubtSentences(side, mostDoubts)];
    return sentences.length === 0 ? [] : [`- ${prose(leadOf(side) + sentences.join(" "))}`];
  });
}

function graveTexts({ labels }: SideDoubts): string[] {
  return labels.filter(isGrave).map(({ text }) => `${text}.`);
}

/** What was compared with what: a bullet of its own, since it is of every change. */
function basisBullet({ baseline, candidate, differences, ratios, absolutes }: Comparison): string {
  const kernels = differences.find(({ fact }) => fact === "kernel release");
  const [theirs, ours] = [baseline.identity.tool, candidate.identity.tool];
  const tools = theirs === ours ? `${ours} on both sides` : `From ${theirs} to ${ours}`;
  const from = kernels ? `From Linux ${kernels.baseline} to ${kernels.candidate}` : tools;
  const named = kernels ? ["kernel release"] : ["version", "commit"];
  const others = differences.filter(({ fact }) => !named.includes(fact));
  const noun = others.length < differences.length ? "other difference" : "difference";
  const more =
    others.length === 0 ? "" : `, with ${plural(others.length, noun)} of host, tool and options`;
  return (
    `- ${prose(from)}${more}; ${formatWhole(ratios.length)} ratios within forks judged together ` +
    `at 95 %, ${formatWhole(absolutes.length)} times and rates not judged.`
  );
}

/** A link's target without what would end it. */
function target(link: string): string {
  return link.replace(/[\s<>()[\]\\"`|]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(2, "0");
    return `%${code.toUpperCase()}`;
  });
}
