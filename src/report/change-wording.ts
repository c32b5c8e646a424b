/**
 * How a change is written, and how changes are summed up: costs beside gains. A percentage that is
 * inconclusive is written nowhere.
 */

import { formatCount, formatNs } from "../units.ts";
import { type Centre, type FigureChange, isConclusive } from "./change.ts";
import { formatInterval, formatPercents } from "./slowdown.ts";
import { formatRatio } from "./wording.ts";

/** A side's median in its unit: "5.40 us", "145 k", "0.06"; "-" where there is none. */
export function centreWords({ median }: Centre, unit: FigureChange["unit"]): string {
  if (median === undefined) return "-";
  switch (unit) {
    case "ns":
      return formatNs(median);
    case "per-second":
      return formatCount(median);
    case "ratio":
      return formatRatio(median);
    default:
      return unit satisfies never;
  }
}

/** "22 %"; "" where the scatter is 1 % or less, or cannot be told. */
export function stddevWords({ stddevShare = 0 }: Centre): string {
  const percent = Math.round(stddevShare * 100);
  return percent > 1 ? `${percent} %` : "";
}

/** "-94.4 % [-94.5, -94.2]", or why there is no percentage. */
export function changeWords(each: FigureChange): string {
  const { change, verdict } = each;
  if (change.state === "too-few") return "too few forks";
  if (!isConclusive(each)) return verdict;
  const [estimate, lo, hi] = [change.estimate - 1, change.lo - 1, change.hi - 1] as const;
  return formatInterval({ estimate, lo, hi });
}

/** "12", or "12/10" where the sides differ. */
export function forksWords({ before, after }: FigureChange): string {
  return before.n === after.n ? `${before.n}` : `${before.n}/${after.n}`;
}

/** "lost p50", or "lost p50 of fixed-noreplace / hint-munmap". */
export function figureWords({ figure, subject }: FigureChange): string {
  return subject === "" ? figure : `${figure} of ${subject}`;
}

/** What got better, what got worse, and what cannot be told; each a list of sentences' parts. */
export interface Balance {
  readonly gains: readonly string[];
  readonly costs: readonly string[];
  readonly open: readonly string[];
}

/** One part a figure and direction: "lost p50 in occupied/1 (-94.4 %), hot/2 (-94.3 %)". */
export function balanceOf(changes: readonly FigureChange[]): Balance {
  const figures = [...new Set(changes.map(figureWords))];
  const parts = (wanted: (each: FigureChange) => boolean) =>
    figures.flatMap((figure) => {
      const own = changes.filter((each) => figureWords(each) === figure);
      const found = own.filter(wanted);
      return found.length > 0 ? partOf(figure, found, own.length) : [];
    });
  return {
    gains: parts(({ verdict }) => verdict === "faster"),
    costs: parts(({ verdict }) => verdict === "slower"),
    open: parts((each) => !isConclusive(each)),
  };
}

/** Places are named while they are few. */
const mostPlaces = 3;

function partOf(figure: string, found: readonly FigureChange[], outOf: number): string {
  if (found.length <= mostPlaces) {
    const places = found.map((each) => {
      const { place, change } = each;
      return isConclusive(each) ? `${place} (${percents([change.estimate ?? 1])})` : place;
    });
    return `${figure} in ${places.join(", ")}`;
  }
  const where = found.length === outOf ? `all ${outOf}` : `${found.length} of ${outOf}`;
  const estimates = found.filter(isConclusive).map(({ change }) => change.estimate ?? 1);
  const range = estimates.length > 0 ? ` (${percents(estimates)})` : "";
  return `${figure} in ${where} configurations${range}`;
}

/** "-94.4 %", or "-94.6 % to -94.1 %" of several. */
function percents(estimates: readonly number[]): string {
  const words = [Math.min(...estimates), Math.max(...estimates)].map((ratio) =>
    formatPercents((ratio - 1) * 100, "+"),
  );
  return [...new Set(words)].join(" to ");
}
