/**
 * The terminal report of a sweep: SweepDigest -> text, no line wider than asked for. Headline
 * first, then where and what, the races, what grows, the law of scaling, the searches, safety, and
 * whatever casts doubt on it.
 */

import { joinSections, type Paint, painting, wrap } from "./prose.ts";
import { safetyWords } from "./safety.ts";
import type { SweepDigest } from "./sweep-digest.ts";
import { raceLines, scalingLines, searchLines } from "./sweep-tables.ts";
import {
  disturbanceLines,
  headlineLines,
  type TerminalOptions,
  warningLines,
  whereLines,
} from "./terminal.ts";
import { outcomeLines } from "./terminal-outcomes.ts";

/** Every section that has something to say, an empty line between them; ends with a newline. */
export function renderSweep(digest: SweepDigest, { width, colour }: TerminalOptions): string {
  const paint = painting(colour);
  const place = { width, paint };
  return joinSections([
    headlineLines(digest.headline, width, paint),
    whereLines(digest, width, paint),
    raceLines(digest, place),
    growthLines(digest, width, paint),
    scalingLines(digest, place),
    searchLines(digest, place),
    [...outcomeLines(digest, width, paint), ...searchSafetyLines(digest, width, paint)],
    disturbanceLines(digest, width, paint),
    warningLines(digest, width, paint),
  ]);
}

function growthLines({ growth, growthBasis }: SweepDigest, width: number, paint: Paint): string[] {
  if (growth.length === 0) return [];
  return [
    paint("bold", "What grows"),
    ...growth.flatMap((sentence) => wrap(`${sentence}.`, width, 2)),
    ...(growthBasis === "" ? [] : wrap(growthBasis, width).map((line) => paint("dim", line))),
  ];
}

function searchSafetyLines({ searchSafety }: SweepDigest, width: number, paint: Paint): string[] {
  if (!searchSafety) return [];
  const styles = { clean: "green", broken: "red", "no-attempts": "bold" } as const;
  const sentences = [
    `Searches: ${safetyWords(searchSafety)}.`,
    ...searchSafety.others.map(({ sound, sentence }) => `${sound}: ${sentence}.`),
  ];
  return sentences.flatMap((sentence, index) =>
    wrap(sentence, width, 2).map((line) =>
      index === 0 ? paint(styles[searchSafety.state], line) : line,
    ),
  );
}
