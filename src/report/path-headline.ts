/**
 * What a path run says in a few sentences, of the profile that the question came from, or else of
 * the first that ran: where a reservation's time goes, and what the alternative would change.
 */

import { toThreeDigits } from "../units.ts";
import { type ClaimWords, timesOf } from "./headline.ts";
import type { ProfileDigest, WayRow } from "./path-rows.ts";
import type { Figure } from "./samples.ts";
import { excludesOne, formatFigure, formatRatio, formatShare, plural } from "./wording.ts";

/** The runtime of the mail that asked for the flag. */
const leadProfile = "cuda-startup";

export function digestPathClaims(profiles: readonly ProfileDigest[]): ClaimWords[] {
  const told = profiles.flatMap((profile) => {
    const today = profile.rows.find(({ isToday }) => isToday);
    return today && !today.gaveUp && today.figures.reservationP50Ns.n > 0
      ? [{ profile, today }]
      : [];
  });
  const lead = told.find(({ profile }) => profile.profile.id === leadProfile) ?? told[0];
  if (!lead) return [{ state: "nothing", sentence: whyNothing(profiles) }];
  const { profile, today } = lead;
  const alternative = alternativeOf(profile);
  return [
    ...timeClaims(profile, today),
    ...(alternative
      ? [savingClaims, losingClaims, cheapestClaims].flatMap((claim) =>
          claim(profile, today, alternative),
        )
      : []),
  ];
}

function whyNothing(profiles: readonly ProfileDigest[]): string {
  const rows = profiles.flatMap((profile) => profile.rows);
  if (rows.length === 0) return "Nothing to say: no fork has finished a profile";
  return rows.some(({ isToday }) => isToday)
    ? "Nothing to say: today's ways made no reservation that was timed"
    : "Nothing to say: no profile was run the way its program does it today";
}

/** Sound, and with the flag if there is such a one. */
function alternativeOf({ rows }: ProfileDigest): WayRow | undefined {
  const sound = rows.filter(
    (row) => isAlternative(row) && (row.toToday?.reservationP50Ns.n ?? 0) > 0,
  );
  return sound.find(({ way }) => way.includes("noreplace")) ?? sound[0];
}

/** Sound, and in the range that the program needs. */
function isAlternative({ safety, anyAddress }: WayRow): boolean {
  return safety.sound === "sound" && !anyAddress;
}

function timeClaims({ name, load }: ProfileDigest, { way, figures }: WayRow): ClaimWords[] {
  const { searchShare: search, losingShare: losing } = figures;
  if (search.median === undefined) return [];
  const sentence =
    `Of a reservation's time in ${name}, ${formatFigure(search, formatShare)} is search and ` +
    `${formatFigure(losing, formatShare)} losing`;
  const basis =
    `${way}, as it is done today, ${load}; shares of the mean, the search after a loss is ` +
    `search; ${forksOf(search)}`;
  return [{ state: stateOf(search), sentence, basis }];
}

function savingClaims(profile: ProfileDigest, today: WayRow, other: WayRow): ClaimWords[] {
  const { toToday } = other;
  if (!toToday) return [];
  const points = [
    { ratio: toToday.reservationP50Ns, at: "p50" },
    { ratio: toToday.reservationP99Ns, at: "p99" },
  ].filter(({ ratio }) => ratio.n > 0);
  const open = points.filter(({ ratio }) => isOpen(ratio));
  const basis = basisOf(profile, today, other, toToday.reservationP50Ns);
  if (open.length === points.length) {
    const sentence = `This run cannot tell whether a reservation costs less with ${other.way}`;
    return [{ state: "cannot-tell", sentence: `${sentence} than today`, basis }];
  }
  const state = stateOf(toToday.reservationP50Ns);
  const costs = points
    .filter((point) => !open.includes(point))
    .map(({ ratio, at }) => `${timesWords(ratio)} at ${at}`);
  const rest = open.map(({ at }) => `; at ${at} this run cannot tell`).join("");
  const verb = state === "told" ? "costs" : "cost";
  const cost = `${verb} ${costs.join(" and ")} than today${rest}`;
  const sentence = `With ${other.way} a reservation ${cost}`;
  return [{ state, sentence, basis }];
}

function losingClaims(profile: ProfileDigest, today: WayRow, other: WayRow): ClaimWords[] {
  const { toToday } = other;
  const ratio = toToday?.lostP50Ns;
  if (!toToday || ratio?.median === undefined) return [];
  const basis = `p50; ${basisOf(profile, today, other, ratio)}`;
  if (isOpen(ratio)) {
    const sentence = `This run cannot tell whether a lost attempt costs less with ${other.way}`;
    return [{ state: "cannot-tell", sentence: `${sentence} than today`, basis }];
  }
  const state = stateOf(ratio);
  const isTold = state === "told";
  const [now, then] = [today.figures.calls.median, other.figures.calls.median];
  const calls =
    now === undefined || then === undefined || !excludesOne(toToday.calls)
      ? ""
      : `; a reservation ${isTold ? "makes" : "made"} ${toThreeDigits(then)} system calls ` +
        `instead of ${toThreeDigits(now)} (${formatFigure(toToday.calls, formatRatio)} times)`;
  const sentence =
    `A lost attempt ${isTold ? "costs" : "cost"} ${timesWords(ratio)} with ${other.way} than ` +
    `today${calls}`;
  return [{ state, sentence, basis }];
}

/** The cheapest sound way there is, where it is another one and clearly cheaper than today's. */
function cheapestClaims(profile: ProfileDigest, today: WayRow, other: WayRow): ClaimWords[] {
  const medianOf = ({ toToday }: WayRow) => toToday?.reservationP50Ns.median ?? 1;
  const [cheapest] = profile.rows
    .filter(isAlternative)
    .toSorted((a, b) => medianOf(a) - medianOf(b));
  const ratio = cheapest?.toToday?.reservationP50Ns;
  if (!cheapest || !ratio || cheapest === other || isOpen(ratio) || medianOf(cheapest) >= 1) {
    return [];
  }
  const state = stateOf(ratio);
  const sentence =
    `Of the sound ways ${cheapest.way} ${state === "told" ? "costs" : "cost"} least: ` +
    `${timesWords(ratio)} than today`;
  return [{ state, sentence, basis: `p50; ${basisOf(profile, today, cheapest, ratio)}` }];
}

/** There is an interval, and it does not say which is the cheaper one. */
function isOpen(ratio: Figure): boolean {
  return ratio.state === "interval" && !excludesOne(ratio);
}

function stateOf({ state }: Figure): "told" | "few-forks" {
  return state === "interval" ? "told" : "few-forks";
}

/** "17.6 [17.2, 18.0] times less". */
function timesWords(ratio: Figure): string {
  const { less, text } = timesOf(ratio);
  return `${text} times ${less ? "less" : "more"}`;
}

function basisOf({ name, load }: ProfileDigest, today: WayRow, other: WayRow, ratio: Figure) {
  return `${other.way} to ${today.way} in ${name}, ${load}; ${forksOf(ratio)}`;
}

function forksOf(figure: Figure): string {
  const forks = plural(figure.n, "fork");
  return figure.state === "too-few"
    ? `no interval: ${forks}, ${figure.needed} needed`
    : `95 % interval over ${forks}`;
}
