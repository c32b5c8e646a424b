/** How a sweep's figures stand in a table: the same text in every format. */

import { formatCount, toThreeDigits } from "../units.ts";
import type { Figure } from "./samples.ts";
import type { RaceTable } from "./sweep-races.ts";
import type { Scaling } from "./sweep-scaling.ts";
import type { SearchRow, SearchSeries } from "./sweep-searches.ts";
import { shortInterval } from "./sweep-words.ts";
import { formatShare, formatWhole, medianWords, plural } from "./wording.ts";

/** "Median [95 % interval] over 6 forks of each value", or why there is no interval. */
export function shownWords(figures: readonly Figure[], forks: number): string {
  const over = `over ${plural(forks, "fork")} of each value`;
  if (figures.some(({ state }) => state === "interval")) return `Median [95 % interval] ${over}`;
  const few = figures.find((figure) => figure.state === "too-few");
  const needed = few?.state === "too-few" ? ` (${few.needed} needed)` : "";
  return `Median ${over}, too few for an interval${needed}`;
}

/** "spread: p50 of a lost attempt (64 windows, hold 32)"; the detail where it is first of all. */
export function raceTitle(table: RaceTable, all: readonly RaceTable[]): string {
  const { place, measure, detail } = table;
  const isFirst = all.find((each) => each.place === place) === table;
  return `${place}: ${measure.title}${isFirst && detail !== "" ? ` (${detail})` : ""}`;
}

/** "maps-text by 1 actor: search maps-text, fixed-noreplace". */
export function searchTitle({ way, load, summary }: SearchSeries): string {
  return `${way} by ${load}${summary === "" ? "" : `: ${summary}`}`;
}

/** The number of mappings that a search looks through. */
export function mappingsText({ mappings }: SearchRow): string {
  return medianWords(mappings, (count) => formatWhole(Math.round(count)));
}

/** How many attempts came too late, and of how many; "-" where none was at a searched place. */
export function staleText({ figures, fresh }: SearchRow): string {
  if (fresh === 0) return "-";
  return `${medianWords(figures.staleShare, formatShare)} of ${formatWhole(fresh)}`;
}

/** A parameter of the law; "-" where there is none. */
export function lawText({ fit }: Scaling, name: "lambda" | "sigma" | "kappa"): string {
  if (fit.state !== "fitted") return "-";
  if (name === "lambda") return formatCount(fit.lambda);
  const value = fit[name];
  return value > 0 && value < 1e-6 ? "<0.000001" : toThreeDigits(value);
}

/** How far off the points are, root mean square. */
export function rmsText({ fit }: Scaling): string {
  return fit.state === "fitted" ? formatShare(fit.rmsRelative) : "-";
}

/** Where the curve is highest: "3.20", "34.1, not measured", "none" where it never falls. */
export function peakText({ fit, points }: Scaling): string {
  if (fit.state !== "fitted") return "-";
  if (fit.peakActors === undefined) return "none";
  const most = Math.max(...points.map(({ actors }) => actors));
  return `${toThreeDigits(fit.peakActors)}${fit.peakActors > most ? ", not measured" : ""}`;
}

/** Measured / fitted - 1 at so many actors, in per cent: "+1.2". */
export function residualText({ fit, points }: Scaling, actors: number): string {
  const index = points.findIndex((point) => point.actors === actors);
  if (fit.state !== "fitted" || index === -1) return "-";
  const percent = (fit.residuals[index] as number) * 100;
  const text = percent.toFixed(1);
  return percent > 0 && text !== "0.0" ? `+${text}` : text === "-0.0" ? "0.0" : text;
}

/** What the law says of so many actors, where it is asked. */
export function beyondText({ extrapolated }: Scaling, actors: number): string {
  const found = extrapolated.find((point) => point.actors === actors);
  return found ? shortInterval(found.figure, formatCount) : "-";
}
