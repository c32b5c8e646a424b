/**
 * What a comparison says in sentences: what moved, what that rests on, and what must be known to
 * read it. The figures are in comparison.ts.
 */

import { fingerprintFacts } from "../results/fingerprint.ts";
import type { Run } from "../results/schema.ts";
import { type FigureChange, isConclusive } from "./change.ts";
import { formatWhole, plural } from "./wording.ts";

/**
 * Forks a side that are ranked; with fewer on one side, more on the other. A quarter of the pairs
 * that rankSumInterval() takes: there are some hundred figures to rank, not six.
 */
export const mostRanked = 60;

export interface Told {
  /** What moved, in one sentence without its full stop. */
  readonly sentence: string;
  /** How the figures are compared, and how sure they are. */
  readonly basis: string;
  /** What changes how the figures are read; sentences without their full stops. */
  readonly notes: readonly string[];
}

/** What the sentences are about. */
interface Compared {
  readonly ratios: readonly FigureChange[];
  readonly absolutes: readonly FigureChange[];
  readonly material: readonly FigureChange[];
  /** Configurations that both runs have. */
  readonly pairs: number;
  /** Of both runs. */
  readonly forks: readonly number[];
}

export function tellComparison(baseline: Run, candidate: Run, compared: Compared): Told {
  return {
    sentence: sentenceOf(compared),
    basis: basisOf(compared),
    notes: [...notesOfMachines(baseline, candidate), ...notesOfFigures(compared)],
  };
}

function sentenceOf({ ratios, absolutes, material, pairs }: Compared): string {
  if (pairs === 0) return "Nothing to compare: the files have no configuration in common";
  if (ratios.length === 0) {
    const none = absolutes.length === 0 ? "figure" : "ratio of strategies";
    return `Nothing to say on changes: no ${none} is on both sides`;
  }
  if (ratios.every(({ verdict }) => verdict === "too-few")) {
    return "No change can be told: too few forks for an interval";
  }
  const of = `of ${plural(ratios.length, "ratio")} within forks`;
  if (material.length === 0) {
    return `No material change was found: ${of}, none changed beyond chance`;
  }
  const count = (wanted: FigureChange["verdict"]) =>
    material.filter(({ verdict }) => verdict === wanted).length;
  const ways = (["faster", "slower"] as const).flatMap((way) =>
    count(way) > 0 ? [`${formatWhole(count(way))} ${way}`] : [],
  );
  return `${formatWhole(material.length)} ${of} changed beyond chance: ${ways.join(", ")}`;
}

function basisOf({ ratios, absolutes, forks }: Compared): string {
  const all = [...ratios, ...absolutes];
  const sides = [...new Set(forks)].map((count) => formatWhole(count)).join(" and ");
  const needed = all.flatMap(({ change }) => (change.state === "too-few" ? change.needed : []))[0];
  const told = all.some(({ change }) => change.state === "interval");
  const enough = needed === undefined ? "" : `; an interval needs ${needed} forks a side`;
  if (!told) return `${sides} forks a side${enough}`;
  return (
    "Hodges-Lehmann shift of logarithms with its exact 95 % rank-sum interval, " +
    `${sides} forks a side${enough}; each interval holds by itself, and 1 in 20 misses by ` +
    'chance, "beyond chance" means all ratios together'
  );
}

function notesOfMachines(baseline: Run, candidate: Run): string[] {
  const [theirs, ours] = [fingerprintFacts(baseline), fingerprintFacts(candidate)];
  const facts = Object.keys(ours).filter((fact) => theirs[fact] !== ours[fact]);
  const mixed = Object.entries({ baseline, candidate }).flatMap(([side, run]) =>
    machinesOf(run) > 1
      ? [
          `The ${side} is merged from ${machinesOf(run)} kinds of machine, of which the first ` +
            "stands for all where hosts are named; its times and rates are of all of them",
        ]
      : [],
  );
  if (facts.length === 0) return mixed;
  return [
    ...mixed,
    `Not the same machine or instrument (${facts.join(", ")}): times and rates say how these ` +
      "differ; only ratios within forks can be compared, and with care",
  ];
}

/** Of a merged run those of its sources. */
function machinesOf(run: Run): number {
  const kinds = (run.sources ?? [run]).map(({ host, probe }) =>
    JSON.stringify(fingerprintFacts({ ...run, host, probe })),
  );
  return new Set(kinds).size;
}

function notesOfFigures({ ratios, absolutes }: Compared): string[] {
  const conclusive = absolutes.filter(isConclusive).length;
  const thinned = [...ratios, ...absolutes].some(
    ({ before, after }) => before.n * after.n > mostRanked ** 2,
  );
  return [
    ...(conclusive > 0
      ? [
          "Times and rates drift with the machine between forks and between days, which their " +
            "intervals do not know: believe a change of theirs where ratios show it too",
        ]
      : []),
    ...(thinned
      ? [`Of more than ${mostRanked} forks a side, ${mostRanked} are ranked, evenly over the run`]
      : []),
  ];
}
