/**
 * The text of each fork as it stands in a run's file. Whoever only moves forks copies it: nothing
 * is written anew: nothing can change, and a file takes less time.
 */

import type { Run } from "./schema.ts";

/** A fork's text, but for its first field, which is its index. */
export type ForkText = Uint8Array;

/**
 * The texts of the forks in `bytes`, which is the file that `run` was parsed from; each without its
 * beginning up to the index. A file in another layout than ours is written anew.
 *
 * What is looked for cannot stand in a string: there its quotes have backslashes before them.
 */
export function forkTexts(bytes: Buffer, run: Run): ForkText[] {
  return copied(bytes, run) ?? run.forks.map(({ index: _, ...fork }) => rewritten(fork));
}

/** A fork with another index. */
export function forkWith(index: number, text: ForkText): Uint8Array[] {
  return [Buffer.from(`{"index":${index}`), text];
}

function copied(bytes: Buffer, { forks }: Run): ForkText[] | undefined {
  const texts: ForkText[] = [];
  const opening = `"forks":[`;
  let at = bytes.indexOf(opening) + opening.length;
  for (const [place, { index }] of forks.entries()) {
    const next = forks[place + 1];
    const start = at + `{"index":${index}`.length;
    const ending = next ? `,{"index":${next.index},"strategies":[` : `],"warnings":[`;
    const end = bytes.indexOf(ending, start);
    const isFork = bytes.toString("latin1", at, start + 14) === `{"index":${index},"strategies":`;
    if (!isFork || end < 0 || bytes[end - 1] !== "}".charCodeAt(0)) return undefined;
    texts.push(bytes.subarray(start, end));
    at = end + 1;
  }
  return texts;
}

function rewritten(fork: object): ForkText {
  return Buffer.from(`,${JSON.stringify(fork).slice(1)}`);
}
