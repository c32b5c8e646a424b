/** What swept settings and their values are called, and how a figure stands in a narrow cell. */

import type { SweepAxis } from "../results/sweep-schema.ts";
import { formatBytes } from "../units.ts";
import type { Figure } from "./samples.ts";
import { medianWords } from "./wording.ts";

/** What stands over the values. */
export const axisNames: Readonly<Record<SweepAxis, string>> = {
  actors: "actors",
  vmas: "other mappings",
  windows: "windows",
  size: "window size",
};

/** What a title says that something is told by. */
export const axisSubjects: Readonly<Record<SweepAxis, string>> = {
  ...axisNames,
  vmas: "number of mappings",
};

/** As somebody sets it, and so exact: "10000", "2 MiB". */
export function valueText(axis: SweepAxis, value: number): string {
  return axis === "size" ? formatBytes(value) : String(value);
}

/** "8 actors", "1 window", "a window size of 2 MiB": behind "at". */
export function valueWords(axis: SweepAxis, value: number): string {
  const text = valueText(axis, value);
  if (axis === "size") return `a window size of ${text}`;
  return `${text} ${value === 1 ? axisNames[axis].replace(/s$/, "") : axisNames[axis]}`;
}

/** "3.10 [3.01, 3.21] us" where all three have the unit, "990 ns [970 ns, 1.01 us]" elsewhere. */
export function shortInterval(figure: Figure, format: (value: number) => string): string {
  // Where every fork has 0 there is no interval to tell.
  const isZero = figure.state === "interval" && figure.lo === 0 && figure.hi === 0;
  if (figure.state !== "interval" || isZero) return medianWords(figure, format);
  const texts = [figure.median, figure.lo, figure.hi].map(format);
  const units = new Set(texts.map((text) => /(?: \S+)?$/.exec(text)?.[0]));
  const [unit = ""] = units;
  if (units.size > 1) return `${texts[0]} [${texts[1]}, ${texts[2]}]`;
  const [median, lo, hi] = texts.map((text) => text.slice(0, text.length - unit.length));
  return `${median} [${lo}, ${hi}]${unit}`;
}
