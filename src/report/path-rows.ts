/**
 * The figures of a path run: one table a profile, one row a way, and every other way's ratios to
 * what the program does today, taken within forks.
 */

import type { PathProfile } from "../results/path-schema.ts";
import { type WaySafety, waySafety } from "./path-safety.ts";
import { type ArmFigures, figureNames, type PathGroup } from "./path-samples.ts";
import { type Figure, figureOf, overForks, ratioOf, sum } from "./samples.ts";
import { plural } from "./wording.ts";

/** What is set against today's way; each ratio below 1 says that the other way needs less. */
const comparedFigures = ["reservationP50Ns", "reservationP99Ns", "lostP50Ns", "calls"] as const;

/** Of a way's reservations: who gives up more gets no place as a rule. */
const mostGivenUp = 0.5;

/** One way under one profile, over forks. */
export interface WayRow {
  readonly way: string;
  /** Its parts in words; "" where the file does not say. */
  readonly summary: string;
  readonly isToday: boolean;
  /** It maps anywhere, where the program needs a place in the range: no way to do the same. */
  readonly anyAddress: boolean;
  /** Most of its reservations got no place: their times are no price of one. */
  readonly gaveUp: boolean;
  /** Forks that measured it. */
  readonly forks: number;
  /** It makes no reservation of its own in a block, but carves one that it has. */
  readonly carvesOnly: boolean;
  readonly figures: Readonly<Record<keyof ArmFigures, Figure>>;
  /** This way / today's, within a fork; undefined for today's own, empty where one gave up. */
  readonly toToday: Readonly<Record<(typeof comparedFigures)[number], Figure>> | undefined;
  /** Attempts at a place that they had just searched for, and those that came too late. */
  readonly fresh: number;
  readonly stale: number;
  readonly commits: number;
  readonly frees: number;
  readonly safety: WaySafety;
}

export interface ProfileDigest {
  readonly profile: PathProfile;
  /** "go-arena", or "go-arena/4" where it ran with several numbers of actors. */
  readonly name: string;
  readonly actors: number;
  readonly interlopers: number;
  /** "4 actors, 1 interloper". */
  readonly load: string;
  /** Lines of a fork's maps before. */
  readonly mappings: Figure;
  /** In the order of the profile; today's is the first that it names. */
  readonly rows: readonly WayRow[];
}

export function digestProfile(group: PathGroup): ProfileDigest {
  const { profile, name, actors, interlopers, cases } = group;
  const others = interlopers === 0 ? [] : [plural(interlopers, "interloper")];
  return {
    ...{ profile, name, actors, interlopers },
    load: [plural(actors, "actor"), ...others].join(", "),
    mappings: overForks(cases.map(({ found }) => found.mappings)),
    rows: waysOf(group).map((way) => rowOf(group, way)),
  };
}

/** Those that the profile names first. */
function waysOf({ profile, arms }: PathGroup): string[] {
  const declared = profile.ways.map(({ id }) => id).filter((id) => arms.has(id));
  return [...new Set([...declared, ...arms.keys()])];
}

function rowOf(group: PathGroup, way: string): WayRow {
  const { profile, arms, cases } = group;
  const [first] = profile.ways;
  const today = first?.id;
  const told = profile.ways.find(({ id }) => id === way);
  const figures = figuresBy((name) => figureOf(group, way, (figure) => figure[name]), figureNames);
  const gaveUp = [way, today ?? way].map(
    (id) => (figureOf(group, id, (figure) => figure.givenUpShare).median ?? 0) > mostGivenUp,
  );
  const counts = cases.flatMap(({ found }) =>
    found.arms.filter((arm) => arm.way === way).map((arm) => arm.counts),
  );
  const total = (name: keyof (typeof counts)[number]) => sum(counts.map((each) => each[name]));
  return {
    ...{ way, figures, isToday: way === today, gaveUp: gaveUp[0] === true },
    summary: told?.summary ?? "",
    anyAddress: told?.keepsRange === false && first?.keepsRange === true,
    forks: arms.get(way)?.size ?? 0,
    carvesOnly: total("commits") + total("frees") > 0 && figures.reservationP50Ns.n === 0,
    toToday:
      today === undefined || way === today
        ? undefined
        : figuresBy(
            (name) =>
              ratioOf(group, way, today, (each) =>
                gaveUp.includes(true) ? undefined : each[name],
              ),
            comparedFigures,
          ),
    fresh: total("fresh"),
    stale: total("stale"),
    commits: total("commits"),
    frees: total("frees"),
    safety: waySafety(group, way),
  };
}

/** Ways that carve alone, or else the first that carves: the other ways carve as it does. */
export function carvingRows({ rows }: ProfileDigest): WayRow[] {
  const carving = rows.filter(({ commits, frees }) => commits + frees > 0);
  const alone = carving.filter(({ carvesOnly }) => carvesOnly);
  return alone.length > 0 ? alone : carving.slice(0, 1);
}

function figuresBy<Name extends string>(
  figure: (name: Name) => Figure,
  names: readonly Name[],
): Record<Name, Figure> {
  return Object.fromEntries(names.map((name) => [name, figure(name)])) as Record<Name, Figure>;
}
