/**
 * The searches of a sweep: one series a way and load, one row a value. Where the actors are swept,
 * one load is a single actor and the other as many as race.
 */

import type { SweepAxis } from "../results/sweep-schema.ts";
import { digestProfile, type WayRow } from "./path-rows.ts";
import type { PathGroup } from "./path-samples.ts";
import type { Figure } from "./samples.ts";
import type { SweepPoint } from "./sweep-samples.ts";
import { plural } from "./wording.ts";

export interface SearchRow extends Pick<WayRow, "forks" | "figures" | "fresh"> {
  readonly value: number;
  /** Lines of a fork's maps before. */
  readonly mappings: Figure;
}

export interface SearchSeries {
  readonly way: string;
  /** Its parts in words; "" where the file does not say. */
  readonly summary: string;
  /** "1 actor", "all actors". */
  readonly load: string;
  /** The number of actors is the swept value. */
  readonly isSwept: boolean;
  readonly rows: readonly SearchRow[];
}

/** By load, then in the order of the profiles' ways. */
export function digestSearches(axis: SweepAxis, points: readonly SweepPoint[]): SearchSeries[] {
  const found = new Map<string, SearchSeries & { rows: SearchRow[] }>();
  const stems = new Set(points.flatMap(({ searches }) => searches.map(stemOf)));
  for (const { value, searches } of points) {
    for (const group of searches) {
      const { mappings, rows } = digestProfile(group);
      for (const { load, isSwept } of loadsOf(axis, value, group)) {
        const where = stems.size > 1 ? `${load}, ${stemOf(group)}` : load;
        for (const { way, summary, forks, figures, fresh } of rows) {
          const key = JSON.stringify([where, way]);
          const series = found.get(key) ?? { way, summary, load: where, isSwept, rows: [] };
          found.set(key, series);
          series.rows.push({ value, mappings, forks, figures, fresh });
        }
      }
    }
  }
  const all = [...found.values()];
  const loads = [...new Set(all.map(({ load }) => load))];
  const rank = ({ isSwept, load }: SearchSeries) => (isSwept ? loads.length : loads.indexOf(load));
  return all.sort((a, b) => rank(a) - rank(b));
}

/** A single actor may be all that race, and then belongs to both series. */
function loadsOf(axis: SweepAxis, value: number, { actors, interlopers }: PathGroup) {
  const beside = interlopers > 0 ? `, ${plural(interlopers, "interloper")}` : "";
  const isAll = axis === "actors" && actors === value;
  const isFixed = !isAll || actors === 1;
  return [
    ...(isFixed ? [{ load: `${plural(actors, "actor")}${beside}`, isSwept: false }] : []),
    ...(isAll ? [{ load: `all actors${beside}`, isSwept: true }] : []),
  ];
}

/** "search" of search-16, which is called after its number of actors. */
function stemOf({ profile, actors }: PathGroup): string {
  const ending = `-${actors}`;
  return profile.id.endsWith(ending) ? profile.id.slice(0, -ending.length) : profile.id;
}
