/** What ways have in common that reserve again and again: some reservations are kept, in a ring. */

import type { PathActor } from "./actor-tools.ts";

export interface Keeping<T> {
  /** Reservations that are kept beside the newest. */
  readonly hold: number;
  /** What was had, undefined where the reservation is given up. */
  readonly reserve: () => T | undefined;
  readonly release: (kept: T) => void;
  /** Where there is room for no more, the oldest goes before its time. */
  readonly isExhausted?: () => boolean;
  readonly close?: () => void;
}

/** An actor that releases the oldest of what it keeps before it reserves once more. */
export function keepLatest<T>({
  hold,
  reserve,
  release,
  isExhausted = () => false,
  close = () => {},
}: Keeping<T>): PathActor {
  const kept: T[] = [];
  const releaseOldest = (): void => {
    const oldest = kept.shift();
    if (oldest !== undefined) release(oldest);
  };
  return {
    step: () => {
      if (kept.length > hold || isExhausted()) releaseOldest();
      const had = reserve();
      if (had !== undefined) kept.push(had);
    },
    drain: () => {
      while (kept.length > 0) releaseOldest();
    },
    close,
  };
}
