/**
 * What a sweep says in a few sentences: what losing costs and what a caller gets at both of its
 * ends, as ratios within forks, and how searching grows with what there is to look through.
 */

import type { SweepAxis } from "../results/sweep-schema.ts";
import type { ClaimWords } from "./headline.ts";
import { compared } from "./roles.ts";
import type { Figure } from "./samples.ts";
import type { RaceRow, RaceTable } from "./sweep-races.ts";
import type { SearchSeries } from "./sweep-searches.ts";
import { type Slope, slopeOf } from "./sweep-slope.ts";
import { valueText, valueWords } from "./sweep-words.ts";
import {
  excludesOne,
  formatRatio,
  formatRatioInterval,
  formatShare,
  formatWhole,
  plural,
} from "./wording.ts";

/** `number` is its answer in a few characters, where it has one. */
export type SweepClaim = ClaimWords & { readonly number?: string };

export function digestSweepClaims(
  axis: SweepAxis,
  races: readonly RaceTable[],
  searches: readonly SearchSeries[],
): SweepClaim[] {
  const claims = [
    ...priceClaims(axis, firstWithRatio(races, "lost-occupied", "lost-spread")),
    ...gainClaims(axis, firstWithRatio(races, "reservations")),
    // Where actors are swept, their threads bring mappings along: a side matter.
    ...(axis === "vmas" ? searchClaims(searches) : []),
  ];
  if (claims.length > 0) return claims;
  const ran = races.length + searches.length > 0;
  const why = ran
    ? `${compared.before} and ${compared.after} did not run side by side`
    : "no fork has finished a trial";
  return [{ state: "nothing", sentence: `Nothing to compare: ${why}` }];
}

/** The table of the first of these that has anything to compare. */
function firstWithRatio(
  races: readonly RaceTable[],
  ...ids: readonly RaceTable["measure"]["id"][]
): { readonly table: RaceTable; readonly ends: readonly RaceRow[] } | undefined {
  for (const table of ids.flatMap((id) => races.filter(({ measure }) => measure.id === id))) {
    const told = table.rows.filter(({ ratio }) => ratio.figure.median !== undefined);
    const [first] = told;
    const last = told.at(-1);
    if (first && last) return { table, ends: first === last ? [first] : [first, last] };
  }
  return undefined;
}

type Found = ReturnType<typeof firstWithRatio>;

function priceClaims(axis: SweepAxis, found: Found): SweepClaim[] {
  if (!found) return [];
  const { before, after } = compared;
  const times = found.ends
    .map((row, place) => `${lessOrMore(row.ratio.figure)} at ${atWords(axis, row, place)}`)
    .join(" and ");
  const state = stateOf(found.ends);
  const verb = state === "few-forks" ? "cost" : "costs";
  return [
    {
      state,
      sentence:
        state === "cannot-tell"
          ? `This sweep cannot tell whether a lost attempt costs less with ${after} than with ` +
            `${before}: ${times}`
          : `With ${after} a lost attempt ${verb} ${times} than with ${before}`,
      basis: `${found.table.measure.title} in ${found.table.place}; ${basisOf(found.ends)}`,
      ...numberOf(found.ends),
    },
  ];
}

/** "8 actors", then "16". */
function atWords(axis: SweepAxis, { value }: RaceRow, place: number): string {
  return place === 0 ? valueWords(axis, value) : valueText(axis, value);
}

/** "17.6 [17.2, 18.0] times less": never below 1. */
function lessOrMore(figure: Figure): string {
  const isLess = (figure.median ?? 1) >= 1;
  if (isLess) return `${formatRatioInterval(figure)} times less`;
  const turned = formatRatio(1 / (figure.median ?? 1));
  if (figure.state === "too-few") return `${turned} times more`;
  return `${turned} [${formatRatio(1 / figure.hi)}, ${formatRatio(1 / figure.lo)}] times more`;
}

function gainClaims(axis: SweepAxis, found: Found): SweepClaim[] {
  if (!found) return [];
  const { before, after } = compared;
  const [first, ...others] = found.ends.map(
    (row, place) => [formatRatioInterval(row.ratio.figure), atWords(axis, row, place)] as const,
  );
  if (!first) return [];
  const [ratio, at] = first;
  const rest = others.map((other) => ` and ${other[0]} times at ${other[1]}`).join("");
  const times = `${ratio} times the reservations per second of ${before} at ${at}${rest}`;
  const state = stateOf(found.ends);
  return [
    {
      state,
      sentence:
        state === "cannot-tell"
          ? `This sweep cannot tell whether a caller gets more with ${after}: ${times}`
          : `With ${after} a caller ${state === "told" ? "gets" : "got"} ${times}`,
      basis: `${found.table.place}; ${basisOf(found.ends)}`,
      ...numberOf(found.ends),
    },
  ];
}

/** "11.8x to 14.2x", with the sign of a product; nothing where no end tells a difference. */
function numberOf(ends: readonly RaceRow[]): Pick<SweepClaim, "number"> {
  if (stateOf(ends) === "cannot-tell") return {};
  const texts = ends.map(({ ratio }) => `${formatRatio(ratio.figure.median ?? 1)}×`);
  return { number: texts.join(" to ") };
}

function stateOf(ends: readonly RaceRow[]): "told" | "cannot-tell" | "few-forks" {
  if (ends.some(({ ratio }) => ratio.figure.state === "too-few")) return "few-forks";
  return ends.some(({ ratio }) => excludesOne(ratio.figure)) ? "told" : "cannot-tell";
}

function basisOf(ends: readonly RaceRow[]): string {
  const figures = ends.map(({ ratio }) => ratio.figure);
  const counts = [...new Set(figures.map(({ n }) => n))].join(" and ");
  const forks = counts === "1" ? "1 fork" : `${counts} forks of a value`;
  const few = figures.find((figure) => figure.state === "too-few");
  if (few?.state === "too-few") {
    return `ratio within forks; no interval: ${forks}, ${few.needed} needed`;
  }
  const open = figures.filter((figure) => !excludesOne(figure)).length;
  const includes = open > 0 ? "; an interval that includes 1 tells no difference" : "";
  return `ratio within forks, 95 % interval over ${forks}${includes}`;
}

/** The way whose search grows most, and the one whose search grows least, by a single load. */
function searchClaims(searches: readonly SearchSeries[]): ClaimWords[] {
  const sloped = searches
    .filter(({ isSwept }) => !isSwept)
    .flatMap((series) => {
      const slope = slopeOf(series.rows);
      return slope ? [{ series, slope }] : [];
    });
  const first = sloped[0]?.series.load;
  const alike = sloped
    .filter(({ series }) => series.load === first)
    .sort((a, b) => b.slope.exponent - a.slope.exponent);
  const [most] = alike;
  const least = alike.at(-1);
  if (!most || !least) return [];
  const shown = most === least ? [most] : [most, least];
  const { from, to, values } = most.slope;
  const range = [from, to].map(({ mappings }) => formatWhole(Math.round(mappings)));
  const parts = shown.map(
    ({ series, slope }, place) =>
      `${place === 0 ? "a search" : "one"} with ${series.way} ${growthWords(slope)}`,
  );
  return [
    {
      state: "told",
      sentence: `From ${range.join(" to ")} mappings ${parts.join(", and ")}`,
      basis:
        `p50 of a search by ${first}; slope of its logarithm on that of the mappings, over ` +
        `${plural(values, "value")}`,
    },
  ];
}

function growthWords({ word, exponent, within }: Slope): string {
  const power = `(exponent ${exponent.toFixed(2)})`;
  switch (word) {
    case "flat":
      return `is flat within ${formatShare(within)}`;
    case "scattered":
      return "does not follow them";
    case "linear":
      return `grows linearly ${power}`;
    case "slower":
      return `grows more slowly than they do ${power}`;
    case "faster":
      return `grows faster than they do ${power}`;
    case "falling":
      return `takes less time ${power}`;
    default:
      return word satisfies never;
  }
}
