/**
 * The answer in two claims: what a lost race costs, and what a caller gets. Each is a ratio taken
 * within forks, with its interval; where the run cannot carry a claim, the claim says why.
 */

import type { Run } from "../results/schema.ts";
import { digestLabels, type Label } from "./labels.ts";
import { gainRatio, priceRatio } from "./ratios.ts";
import { compared } from "./roles.ts";
import type { SafetyDigest } from "./safety.ts";
import { type Configuration, conflictShare, type Figure, figureOf } from "./samples.ts";
import { excludesOne, formatRatio, formatShare, plural } from "./wording.ts";

/**
 * `price`: hint-munmap / fixed-noreplace, p50 of a lost attempt. `gain`: fixed-noreplace /
 * hint-munmap, reservations per second.
 */
export type ClaimSubject = "price" | "gain";

export type Claim =
  | {
      /** Told with an interval; or the interval includes 1; or too few forks for an interval. */
      readonly state: "told" | "cannot-tell" | "few-forks";
      readonly subject: ClaimSubject;
      readonly ratio: Figure;
      readonly scenario: string;
      readonly actors: number;
      /** Share of attempts lost, 0 to 1. */
      readonly conflicts: { readonly before: Figure; readonly after: Figure };
      readonly sentence: string;
      /** What the sentence rests on: configuration, interval, forks. */
      readonly basis: string;
    }
  | {
      readonly state: "nothing";
      readonly subject: ClaimSubject;
      /** Why there is nothing to say. */
      readonly sentence: string;
    };

/** What a renderer needs of a claim. */
export type ClaimWords =
  | Pick<Exclude<Claim, { readonly state: "nothing" }>, "state" | "sentence" | "basis">
  | Pick<Extract<Claim, { readonly state: "nothing" }>, "state" | "sentence">;

/** What a renderer needs of a headline, whatever was measured. */
export interface HeadlineWords {
  readonly claims: readonly ClaimWords[];
  readonly labels: readonly Label[];
}

export interface Headline extends HeadlineWords {
  /** The price, then the gain. */
  readonly claims: readonly Claim[];
}

export function digestHeadline(
  run: Run,
  configurations: readonly Configuration[],
  safety: SafetyDigest,
): Headline {
  const cpus = run.host.allowedCpus.length;
  const mostWithCpus = (actors: number) => (actors <= cpus ? -actors : actors);
  return {
    claims: [
      claimOf(
        "price",
        preferred(configurations, "occupied", (actors) => actors),
      ),
      claimOf("gain", preferred(configurations, "spread", mostWithCpus)),
    ],
    labels: digestLabels(run, safety),
  };
}

/**
 * Best first: the scenario that is about the claim, then the others in listing order; within one
 * by what `rankOf` gives its number of actors, ascending.
 */
function preferred(
  configurations: readonly Configuration[],
  scenario: string,
  rankOf: (actors: number) => number,
): Configuration[] {
  const order = [...new Set([scenario, ...configurations.map(({ spec }) => spec.scenario)])];
  return [...configurations].sort(
    ({ spec: a }, { spec: b }) =>
      order.indexOf(a.scenario) - order.indexOf(b.scenario) || rankOf(a.actors) - rankOf(b.actors),
  );
}

function claimOf(subject: ClaimSubject, candidates: readonly Configuration[]): Claim {
  const measure = subject === "price" ? priceRatio : gainRatio;
  for (const configuration of candidates) {
    const ratio = measure(configuration);
    if (ratio.median === undefined) continue;
    if (subject === "gain" && !isContested(configuration)) continue;
    const state = stateOf(ratio);
    const conflicts = {
      before: figureOf(configuration, compared.before, conflictShare),
      after: figureOf(configuration, compared.after, conflictShare),
    };
    const { scenario, actors } = configuration.spec;
    return {
      state,
      subject,
      ratio,
      scenario,
      actors,
      conflicts,
      sentence: subject === "price" ? priceSentence(state, ratio) : gainSentence(state, ratio),
      basis: basisOf(subject, ratio, configuration, conflicts),
    };
  }
  return { state: "nothing", subject, sentence: whyNothing(subject, candidates) };
}

/** Where nobody loses, how losing is paid for decides nothing. */
function isContested(configuration: Configuration): boolean {
  const share = figureOf(configuration, compared.before, conflictShare);
  return (share.median ?? 0) > 0;
}

type ToldState = Exclude<Claim["state"], "nothing">;

function stateOf(ratio: Figure): ToldState {
  if (ratio.state === "too-few") return "few-forks";
  return excludesOne(ratio) ? "told" : "cannot-tell";
}

function priceSentence(state: ToldState, ratio: Figure): string {
  const { before, after } = compared;
  if (state === "cannot-tell") {
    return (
      `This run cannot tell whether a lost attempt costs less with ${after} than ` +
      `with ${before}`
    );
  }
  const { less, text } = timesOf(ratio);
  const verb = state === "told" ? "costs" : "cost";
  if (text === "1.00") return `A lost attempt ${verb} as much with ${after} as with ${before}`;
  const way = less ? "more" : "less";
  return `A lost attempt ${verb} ${text} times ${way} with ${after} than with ${before}`;
}

function gainSentence(state: ToldState, ratio: Figure): string {
  const { before, after } = compared;
  if (state === "cannot-tell") {
    return (
      `This run cannot tell whether a caller gets more reservations per second with ` +
      `${after} than with ${before}`
    );
  }
  const verb = state === "told" ? "gets" : "got";
  const { less, text } = timesOf(ratio, "as it is");
  const fewer = less ? "only " : "";
  return (
    `With ${after} a caller ${verb} ${fewer}${text} times the reservations per second ` +
    `of ${before}`
  );
}

/** "17.6 [17.2, 18.0]", turned over where the ratio is below 1 unless wanted as it is. */
export function timesOf(ratio: Figure, turn: "over" | "as it is" = "over") {
  const less = (ratio.median as number) < 1;
  const value = (x: number) => formatRatio(less && turn === "over" ? 1 / x : x);
  const centre = value(ratio.median as number);
  if (ratio.state === "too-few") return { less, text: centre };
  const ends = [value(ratio.lo), value(ratio.hi)];
  if (less && turn === "over") ends.reverse();
  return { less, text: `${centre} [${ends.join(", ")}]` };
}

function basisOf(
  subject: ClaimSubject,
  ratio: Figure,
  { spec }: Configuration,
  conflicts: { readonly before: Figure; readonly after: Figure },
): string {
  const where = `${spec.scenario}, ${plural(spec.actors, "actor")}`;
  const shares = [conflicts.before, conflicts.after]
    .map(({ median }) => formatShare(median ?? 0))
    .filter((share, index, all) => all.indexOf(share) === index);
  const what =
    subject === "price"
      ? `p50 of a lost attempt in ${where}`
      : `${where}, ${shares.join(" and ")} conflicts`;
  const forks = plural(ratio.n, "fork");
  if (ratio.state === "too-few") return `${what}; no interval: ${forks}, ${ratio.needed} needed`;
  if (excludesOne(ratio)) return `${what}; 95 % interval over ${forks}`;
  return `${what}; the 95 % interval of the ratio over ${forks} includes 1`;
}

function whyNothing(subject: ClaimSubject, configurations: readonly Configuration[]): string {
  const what = subject === "price" ? "the price of a lost attempt" : "reservations per second";
  const { before, after } = compared;
  if (configurations.length === 0) return "Nothing to compare: no fork has finished a trial";
  const both = configurations.some(({ arms }) => arms.has(before) && arms.has(after));
  if (!both) return `Nothing to compare: ${before} and ${after} did not run side by side`;
  const names = [...new Set(configurations.map(({ spec }) => spec.scenario))].join(", ");
  const missing = subject === "price" ? "lost an attempt" : "placed windows and lost some";
  return (
    `Nothing to say on ${what}: in ${names} no fork has both ${before} and ${after} ` +
    `that ${missing}`
  );
}
