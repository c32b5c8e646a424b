/**
 * A comparison as an entry in Keep a Changelog form: a bullet for every material change. Where it
 * goes in a changelog is for changelog-insert.ts.
 */

import type { FigureChange } from "./change.ts";
import { changeWords, figureWords, forksWords } from "./change-wording.ts";
import { entryOf } from "./changelog-insert.ts";
import type { Comparison } from "./comparison.ts";
import type { Digest } from "./digest.ts";
import { prose } from "./markdown-text.ts";
import { formatWhole, plural } from "./wording.ts";

/** More changes than a changelog's reader reads are counted. */
const mostBullets = 20;

/**
 * "### Changed" and its bullets, between two comments that name the candidate's start. `digest` is
 * the candidate; `link` leads to its result file. Ends with a newline.
 */
export function renderChangelog(digest: Digest, comparison: Comparison, link: string): string {
  const { material, ratios } = comparison;
  const rest = material.length - mostBullets;
  const bullets = [
    ...material.slice(0, mostBullets).map((each) => bulletOf(each, link)),
    ...(rest > 0 ? [`- ${plural(rest, "more change")} in the [result](${target(link)})`] : []),
    ...(material.length === 0
      ? [`- ${prose(comparison.sentence)} ([result](${target(link)}))`]
      : []),
  ];
  return entryOf(digest.identity.startedAt, [...bullets, basisLine(comparison, ratios.length)]);
}

/** "- lost p50 of a / b in spread/2: slower, +8.0 % [+6.1, +9.9] (n = 12; [result](x))". */
function bulletOf(each: FigureChange, link: string): string {
  const what = `${figureWords(each)} in ${each.place}`;
  const told = `${each.verdict}, ${changeWords(each)}`;
  return `- ${prose(what)}: ${told} (n = ${forksWords(each)}; [result](${target(link)}))`;
}

/** What was compared with what, under the last bullet. */
function basisLine({ baseline, candidate, differences, absolutes }: Comparison, ratios: number) {
  const kernels = differences.find(({ fact }) => fact === "kernel release");
  const [theirs, ours] = [baseline.identity.tool, candidate.identity.tool];
  const tools = theirs === ours ? `${ours} on both sides` : `From ${theirs} to ${ours}`;
  const from = kernels ? `From Linux ${kernels.baseline} to ${kernels.candidate}` : tools;
  const others = differences.filter((each) => each !== kernels).length;
  const alike = others === 0 ? "" : `, ${plural(others, "other difference")} of host and options`;
  return (
    `  ${prose(from)}${alike}; ${formatWhole(ratios)} ratios within forks judged together ` +
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
