/**
 * The terminal report of a path run: PathDigest -> text, no line wider than asked for. Headline
 * first, then where and what, what each profile's ways cost and change, where the time goes,
 * safety, and whatever casts doubt on it.
 */

import type { PathDigest } from "./path-digest.ts";
import { carveLines, costLines, countLines, timeLines } from "./path-tables.ts";
import { joinSections, labelled, type Paint, painting, wrap } from "./prose.ts";
import { safetyWords } from "./safety.ts";
import {
  disturbanceLines,
  facts,
  headlineLines,
  type TerminalOptions,
  warningLines,
  whereLines,
} from "./terminal.ts";

/** Every section that has something to say, an empty line between them; ends with a newline. */
export function renderPath(digest: PathDigest, { width, colour }: TerminalOptions): string {
  const paint = painting(colour);
  const place = { width, paint };
  return joinSections([
    headlineLines(digest.headline, width, paint),
    whereLines(digest, width, paint),
    [...costLines(digest, place), ...wayLines(digest, width, paint)],
    timeLines(digest, place),
    countLines(digest, place),
    carveLines(digest, place),
    [...safetyLines(digest, width, paint), ...profileLines(digest, width, paint)],
    disturbanceLines(digest, width, paint),
    warningLines(digest, width, paint),
  ]);
}

/**
 * Today's ways are told where they stand, and names with a plus tell themselves; of the others
 * those that mean the same everywhere.
 */
function wayLines({ profiles }: PathDigest, width: number, paint: Paint): string[] {
  const rows = profiles.flatMap((profile) => profile.rows);
  const others = rows.filter(({ isToday, way }) => !isToday && !way.includes("+"));
  return [...new Set(others.map(({ way }) => way))].flatMap((way) => {
    const own = rows.filter((row) => row.way === way);
    const [summary = "", ...more] = new Set(own.map((row) => row.summary));
    if (summary === "" || more.length > 0) return [];
    return labelled("", `${way}: ${summary}`, width, 2).map((line) => paint("dim", line));
  });
}

function safetyLines({ safety }: PathDigest, width: number, paint: Paint): string[] {
  const styles = { clean: "green", broken: "red", "no-attempts": "bold" } as const;
  return [
    ...wrap(`${safetyWords(safety)}.`, width, 2).map((line) => paint(styles[safety.state], line)),
    ...safety.others.flatMap(({ sound, sentence }) => wrap(`${sound}: ${sentence}.`, width, 2)),
  ];
}

/** What must be known of single profiles. */
function profileLines(digest: PathDigest, width: number, paint: Paint): string[] {
  const { bites, scaled, skipped } = digest;
  return facts(width, paint, [
    ...bites.map(({ sentence }) => ["bite", sentence] as const),
    ...scaled.map((text) => ["scaled", text] as const),
    ...skipped.map((text) => ["skipped", text] as const),
  ]);
}
