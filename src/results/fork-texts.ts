/**
 * The text of each fork as it stands in a run's file. Whoever only moves forks copies it: nothing
 * is written anew, so nothing can change, and a file takes less time.
 */

import type { Run } from "./schema.ts";

/** Where the forks of a file are in `bytes`, each without its beginning up to the index. */
export interface ForkTexts {
  readonly bytes: Uint8Array;
  readonly spans: readonly (readonly [start: number, end: number])[];
}

/**
 * The texts of the forks in `bytes`, which is the file that `run` was parsed from. A file in
 * another layout than ours is written anew.
 *
 * What is looked for cannot stand in a string: there its quotes have backslashes before them.
 */
export function forkTexts(bytes: Buffer, run: Run): ForkTexts {
  const spans = spansIn(bytes, run);
  if (spans) return { bytes, spans };
  const anew = Buffer.from(`{"forks":${JSON.stringify(run.forks)},"warnings":[`);
  return { bytes: anew, spans: spansIn(anew, run) ?? [] };
}

/** The fork of a place, with another index. */
export function forkWith(index: number, { bytes, spans }: ForkTexts, place: number): Uint8Array[] {
  return [Buffer.from(`{"index":${index}`), bytes.subarray(...(spans[place] ?? [0, 0]))];
}

function spansIn(bytes: Buffer, { forks }: Run): ForkTexts["spans"] | undefined {
  const spans: [number, number][] = [];
  const opening = `"forks":[`;
  let at = bytes.indexOf(opening) + opening.length;
  for (const [place, { index }] of forks.entries()) {
    const next = forks[place + 1];
    const head = `{"index":${index},"strategies":`;
    const start = at + `{"index":${index}`.length;
    const ending = next ? `,{"index":${next.index},"strategies":[` : `],"warnings":[`;
    const end = bytes.indexOf(ending, start);
    const isFork = bytes.toString("latin1", at, at + head.length) === head;
    if (!isFork || end < 0 || bytes[end - 1] !== "}".charCodeAt(0)) return undefined;
    spans.push([start, end]);
    at = end + 1;
  }
  return spans;
}
