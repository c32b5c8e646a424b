/**
 * Words that cases are declared with: places counted in pages, occupants, and answers by kernel
 * version.
 */

import { isFrom } from "../sys/version.ts";
import type { Declaration, Declared, Occupant, Place } from "./fact.ts";

/** `count` pages from the ground's page `from`, `extra` bytes longer, moved up by `shift` bytes. */
export function pages(from: number, count: number, extra = 0, shift = 0): Place {
  return ({ start, pageBytes }) => ({
    at: start + from * pageBytes + shift,
    bytes: count * pageBytes + extra,
  });
}

/** An occupant of `count` pages from the ground's page `from`. */
export function occupant(
  from: number,
  count: number,
  kind: Occupant["kind"] = "writable",
): Occupant {
  return { at: pages(from, count), kind };
}

/** Answers of kernels from a version on, in ascending order, the first one from the beginning. */
export interface Era {
  readonly from: readonly [major: number, minor: number];
  readonly declared: Omit<Declared, "basis">;
}

/** Picks the era of the running kernel; of an unknown version, any era's answers are right. */
export function byEra(eras: readonly Era[]): Declaration {
  return ({ version }) => {
    if (version === undefined) {
      const answers = eras.flatMap(({ declared }) => declared.answers);
      return { answers, basis: "any Linux: the version is unknown", occupants: "either" };
    }
    const index = Math.max(
      0,
      eras.findLastIndex(({ from: [major, minor] }) => isFrom(version, major, minor)),
    );
    const era = eras[index] as Era;
    const next = eras[index + 1];
    const since = index === 0 ? "" : `from ${era.from.join(".")}`;
    const until = next ? `before ${next.from.join(".")}` : "";
    const basis = `Linux ${[since, until].filter((part) => part !== "").join(" ")}`;
    return { ...era.declared, basis };
  };
}
