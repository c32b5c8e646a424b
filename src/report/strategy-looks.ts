/**
 * How strategies are told apart in charts: by colour, by dash and by symbol, so that none of these
 * alone carries meaning. The colours are those of Okabe and Ito, who chose them for colour-blind
 * readers, made darker on white and lighter on black until they stand out by 3:1 or more.
 */

import type { Run } from "../results/schema.ts";
import { strategies } from "../strategies/index.ts";
import { strategyRank } from "./roles.ts";

/** The shapes that charts know. */
export type MarkSymbol = "circle" | "square" | "diamond" | "triangle" | "times" | "star";

/** The appearance of one series. */
export interface Look {
  /** What a legend calls it. */
  readonly name: string;
  /** Class of everything drawn for it, by which it can be hidden. */
  readonly slot: string;
  /** A CSS colour. */
  readonly colour: string;
  /** As for stroke-dasharray; undefined is a solid line. */
  readonly dash: string | undefined;
  readonly symbol: MarkSymbol;
}

interface Style {
  readonly light: string;
  readonly dark: string;
  readonly dash: string | undefined;
  readonly symbol: MarkSymbol;
}

/** In the order of the registry; what this version does not know takes those left over. */
const styles: readonly Style[] = [
  { light: "#c2500a", dark: "#f2915a", dash: undefined, symbol: "circle" },
  { light: "#0068a8", dark: "#5ab4f0", dash: "7 3", symbol: "square" },
  { light: "#a03c84", dark: "#dd92c6", dash: "3 3", symbol: "diamond" },
  { light: "#00785a", dark: "#34c49b", dash: "10 3 2 3", symbol: "triangle" },
  { light: "#5c5f66", dark: "#b4b8c0", dash: "1.5 3", symbol: "times" },
  { light: "#7a6400", dark: "#d9bd3f", dash: "12 4", symbol: "star" },
];

/** A ratio belongs to no strategy. */
export const ratioLook: Look = {
  name: "ratio within the fork",
  slot: "ratio",
  colour: "currentColor",
  dash: undefined,
  symbol: "diamond",
};

/** What every strategy of the run looks like, in listing order. */
export function looksOf(run: Run): ReadonlyMap<string, Look> {
  return looksFor(
    run.forks.flatMap(({ trials }) => trials.flatMap(({ arms }) => arms.map((a) => a.strategy))),
  );
}

/** What each of these strategies looks like, in listing order. */
export function looksFor(strategyIds: readonly string[]): ReadonlyMap<string, Look> {
  const ids = new Set(strategyIds);
  const listed = [...ids].sort((a, b) => strategyRank(a) - strategyRank(b) || a.localeCompare(b));
  let unknown = strategies.length;
  return new Map(
    listed.map((id) => {
      const rank = strategyRank(id);
      return [id, lookAt(id, rank < strategies.length ? rank : unknown++)];
    }),
  );
}

/** What each of these ways of searching looks like, in their order. */
export function looksForWays(ways: readonly string[]): ReadonlyMap<string, Look> {
  // The first style is that of hint-munmap, which searches for nothing.
  const look = (way: string, index: number) => lookAt(`search with ${way}`, index + 1, `w${index}`);
  return new Map([...new Set(ways)].map((way, index) => [way, look(way, index)]));
}

function lookAt(name: string, place: number, slot = `s${place}`): Look {
  const index = place % styles.length;
  const { dash, symbol } = styles[index] as Style;
  return { name, slot, colour: `var(--c${index})`, dash, symbol };
}

/** Declarations of the colours that looks use. */
export function colourVariables(scheme: "light" | "dark"): string {
  return styles.map((style, index) => `--c${index}:${style[scheme]}`).join(";");
}
