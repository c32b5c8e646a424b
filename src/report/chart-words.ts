/**
 * Words and numbers that charts share: how a configuration, a figure and a range of figures are
 * called in tips, alternatives and tables.
 */

import type { Figure } from "./samples.ts";
import { plural } from "./wording.ts";

/** "hot, 2 actors". */
export function placeName(place: { readonly scenario: string; readonly actors: number }): string {
  return `${place.scenario}, ${plural(place.actors, "actor")}`;
}

/** "5.40 us [5.31 us, 5.52 us], 12 forks"; "-" where there is none. */
export function figureText(figure: Figure, format: (value: number) => string): string {
  if (figure.median === undefined) return "-";
  return `${figureWithInterval(figure, format)}, ${plural(figure.n, "fork")}`;
}

/** "5.40 us [5.31 us, 5.52 us]"; without the interval where the forks are too few. */
export function figureWithInterval(figure: Figure, format: (value: number) => string): string {
  if (figure.median === undefined) return "-";
  const centre = format(figure.median);
  return figure.state === "interval"
    ? `${centre} [${format(figure.lo)}, ${format(figure.hi)}]`
    : centre;
}

/** "305 ns to 5.40 us", or one value where all are written the same. */
export function rangeText(values: readonly number[], format: (value: number) => string): string {
  if (values.length === 0) return "-";
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [format(sorted[0] as number), format(sorted.at(-1) as number)];
  return low === high ? low : `${low} to ${high}`;
}

/** A sentence of its parts: "hot: a; spread: b." */
export function sentenceOf(parts: readonly string[]): string {
  return parts.length === 0 ? "" : `${parts.join("; ")}.`;
}
