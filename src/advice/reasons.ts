/**
 * Why a way is recommended, and why each other one is not: sentences, each with the figures that
 * it rests on. Decides nothing.
 */

import type { WayRow } from "../report/path-rows.ts";
import type { PathGroup } from "../report/path-samples.ts";
import { seenSentence } from "../report/safety.ts";
import { type Figure, ratioOf } from "../report/samples.ts";
import { excludesOne, formatRatioInterval, plural } from "../report/wording.ts";
import type { Evidence, Reason, Rejected } from "../results/advice-schema.ts";
import type { Bite } from "../results/path-schema.ts";
import { toThreeDigits } from "../units.ts";
import type { Candidate, Ground } from "./candidates.ts";
import { type Choice, type Comparison, type Criterion, compare, isFaster } from "./choose.ts";
import { countEvidence, evidenceOf } from "./evidence.ts";

/** What speaks for the chosen way, from safety to simplicity. */
export function reasonsFor(
  ground: Ground,
  group: PathGroup,
  choice: Choice,
  candidates: readonly Candidate[],
): Reason[] {
  const { chosen } = choice;
  return [
    ...safetyReason(chosen),
    ...flagReason(ground, chosen),
    ...biteReasons(chosen, group),
    ...todayReason(chosen, group, candidates),
    ...lossReason(chosen, group, candidates),
    ...tieReasons(ground, choice, candidates, group),
  ];
}

function safetyReason({ way, row }: Candidate): Reason[] {
  if (!row) return [];
  const { seen, reservations, forks, upperBound } = row.safety;
  const over = `${plural(reservations, "reservation")} by ${way}`;
  return [
    {
      text: `It takes nothing from anybody: ${seenSentence(seen, over, forks, upperBound)}`,
      evidence: [
        countEvidence("reservations", way, reservations, forks),
        ...evidenceOf("reservation-p50", way, row.figures.reservationP50Ns),
        ...evidenceOf("reservation-p99", way, row.figures.reservationP99Ns),
        ...evidenceOf("calls", way, row.figures.calls),
      ],
    },
  ];
}

const verdictWords = {
  supported: "works on this kernel, which was asked and not taken at its number",
  ignored: "is ignored on this kernel, so it costs what a hint costs here, and less elsewhere",
  rejected: "is rejected on this kernel, which a test at run time finds out",
  buggy: "can clobber on this kernel, which a test at run time finds out",
  relocating: "is no use here: a layer below the program chooses addresses itself",
} as const;

function flagReason({ flagVerdict, request }: Ground, { parts }: Candidate): Reason[] {
  if (!parts || parts.strategy === "kernel-chosen") return [];
  const verdict = `MAP_FIXED_NOREPLACE ${verdictWords[flagVerdict]}`;
  const isOld = flagVerdict === "supported" && parts.strategy === "noreplace-or-hint";
  const older = `; kernels from ${request.minKernel} on may lack it or have it with its first bug`;
  return [{ text: verdict + (isOld ? older : ""), evidence: [] }];
}

/** Where a hint for a free place was refused, whoever passes the flag is the better off. */
function biteReasons({ parts }: Candidate, { cases }: PathGroup): Reason[] {
  if (parts?.kind === "over-reserve" || parts?.strategy === "hint-munmap") return [];
  const kinds: readonly Bite["case"][] = ["pmd-hole", "growsdown-gap"];
  return kinds.flatMap((kind) => {
    const bites = cases.flatMap(({ found }) => found.bites.filter((bite) => bite.case === kind));
    const refused = bites.filter(({ hint }) => hint === "refused");
    const had = refused.filter(({ noreplace }) => noreplace === "placed");
    if (had.length === 0) return [];
    const forks = plural(bites.length, "fork");
    return [
      {
        text:
          `A hint for a free place was refused in ${refused.length} of ${forks}, nobody racing ` +
          `(${kind}); with the flag it was had in ${had.length} of these`,
        evidence: [countEvidence("refused-hints", kind, refused.length, bites.length)],
      },
    ];
  });
}

/** What changes for those who do as most do. */
function todayReason(chosen: Candidate, group: PathGroup, [today]: readonly Candidate[]): Reason[] {
  if (!today?.row || !chosen.row || today.way === chosen.way) return [];
  const ratios = compare(group, chosen.way, today.way);
  const words = timeWords(ratios);
  if (words === "") return [];
  const verb = ratios.p50.state === "interval" ? "takes" : "took";
  const text = `Against ${today.way}, as most do today, a reservation ${verb} ${words}`;
  return [
    {
      text: text + callsWords(chosen.row, today.row),
      evidence: [
        ...ratioEvidence(ratios, chosen.way, today.way),
        ...evidenceOf("calls", chosen.way, chosen.row.figures.calls),
        ...evidenceOf("calls", today.way, today.row.figures.calls),
      ],
    },
  ];
}

/** What the flag alone changes: the same search and rule, with it and as a hint. */
function lossReason(
  { way, parts }: Candidate,
  group: PathGroup,
  candidates: readonly Candidate[],
): Reason[] {
  if (parts?.kind !== "race" || parts.strategy === "hint-munmap") return [];
  const hint = candidates.find(
    (other) =>
      other.parts?.strategy === "hint-munmap" &&
      other.parts.search === parts.search &&
      other.parts.retry === parts.retry,
  );
  if (!hint) return [];
  const ratio = ratioOf(group, way, hint.way, (arm) => arm.lostP50Ns);
  if (!excludesOne(ratio)) return [];
  const times = `${formatRatioInterval(ratio)} times as long as with ${hint.way}`;
  return [
    {
      text: `A lost attempt takes ${times} at p50`,
      evidence: evidenceOf("lost-p50", way, ratio, hint.way),
    },
  ];
}

const simplerWords: Readonly<Record<Exclude<Criterion, "strategy" | "time">, string>> = {
  address: "asks for no address, so that nobody can be in the way",
  knowledge: "need not know beforehand how much it will take",
  calls: "makes fewer system calls",
  search: "has the simpler search",
  retry: "has the simpler retry rule",
  order: "is the first named of what is equal",
};

function preference(
  criterion: Criterion,
  verdict: Ground["flagVerdict"],
  passed: string | undefined,
): string {
  if (criterion === "time") return `is clearly faster than the simpler ${passed}, as they are not`;
  if (criterion !== "strategy") return simplerWords[criterion];
  return verdict === "supported"
    ? "loses with one system call, and is never refused a free place"
    : "gains on every kernel that has the flag";
}

function tieReasons(
  { flagVerdict }: Ground,
  { chosen: { way, row }, ties, passed }: Choice,
  candidates: readonly Candidate[],
  group: PathGroup,
): Reason[] {
  const criteria = [...new Set(ties.values())];
  const isOpen = row?.figures.reservationP50Ns.state !== "interval";
  return criteria.map((criterion) => {
    const tied = candidates.filter((each) => ties.get(each.way) === criterion);
    const names = tied.map((each) => each.way).join(", ");
    const calls = tied.flatMap((each) =>
      evidenceOf("calls", each.way, each.row?.figures.calls ?? none),
    );
    const own = evidenceOf("calls", way, row?.figures.calls ?? none);
    const merit = preference(criterion, flagVerdict, passed);
    const counts = criterion === "calls" ? callsRange(own, calls) : "";
    return {
      text:
        `${isOpen ? "Too few forks" : "A tie"}: p50 and p99 together do not tell it from ` +
        `${names}; it is preferred because it ${merit}${counts}`,
      evidence: [
        ...tied.flatMap((each) => ratioEvidence(compare(group, each.way, way), each.way, way)),
        ...(criterion === "calls" ? [...own, ...calls] : []),
      ],
    };
  });
}

const none: Figure = { state: "too-few", median: undefined, n: 0, needed: 0 };

/** " (2.00 a reservation, the others 2.31 to 25.0)". */
function callsRange([own]: readonly Evidence[], others: readonly Evidence[]): string {
  const values = others.map(({ value }) => value).sort((a, b) => a - b);
  const [least, most] = [values[0], values.at(-1)];
  if (!own || least === undefined || most === undefined) return "";
  const [from, to] = [toThreeDigits(least), toThreeDigits(most)];
  const range = from === to ? from : `${from} to ${to}`;
  return ` (${toThreeDigits(own.value)} a reservation, not ${range})`;
}

/** Every other way, each with what stands against it. */
export function rejectedFor(
  candidates: readonly Candidate[],
  choice: Choice | undefined,
  group: PathGroup | undefined,
): Rejected[] {
  return candidates
    .filter(({ way }) => way !== choice?.chosen.way)
    .map((candidate) => {
      const { why, text, evidence } =
        candidate.obstacle ?? comparedObstacle(candidate, choice, group);
      const own = candidate.row ? ownEvidence(candidate, candidate.row, choice, group) : [];
      return { way: candidate.way, why, text, evidence: unique([...evidence, ...own]) };
    });
}

function comparedObstacle(
  { way, row }: Candidate,
  choice: Choice | undefined,
  group: PathGroup | undefined,
): Omit<Rejected, "way"> {
  const tied = choice?.ties.get(way);
  if (!choice || !group) return { why: "undecided", text: "nothing was chosen", evidence: [] };
  const { chosen } = choice;
  if (tied !== undefined) {
    const ratios = compare(group, way, chosen.way);
    const why = ratios.p50.state === "interval" ? "tie" : "undecided";
    const verb = why === "tie" ? "takes" : "took";
    const calls = chosen.row && row ? callsWords(row, chosen.row) : "";
    const text = `${verb} ${timeWords(ratios) || "a time that is not known"}${calls}`;
    return { why, text, evidence: [] };
  }
  const twin = choice.twins.get(way);
  if (twin !== undefined && !isFaster(compare(group, chosen.way, way))) {
    const ratios = compare(group, way, twin);
    const why = ratios.p50.state === "interval" ? "tie" : "undecided";
    const verb = why === "tie" ? "takes" : "took";
    const text =
      `${verb} ${timeWords(ratios) || "a time that is not known"}, compared with ${twin}, the ` +
      "same with the flag";
    return { why, text, evidence: ratioEvidence(ratios, way, twin) };
  }
  const ratios = compare(group, way, chosen.way);
  return { why: "slower", text: `takes ${timeWords(ratios)}`, evidence: [] };
}

function ownEvidence(
  { way }: Candidate,
  { figures }: WayRow,
  choice: Choice | undefined,
  group: PathGroup | undefined,
): Evidence[] {
  const to = choice?.chosen.way;
  return [
    ...evidenceOf("reservation-p50", way, figures.reservationP50Ns),
    ...evidenceOf("reservation-p99", way, figures.reservationP99Ns),
    ...evidenceOf("calls", way, figures.calls),
    ...(to !== undefined && group ? ratioEvidence(compare(group, way, to), way, to) : []),
  ];
}

function unique(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map((each) => [JSON.stringify(each), each])).values()];
}

function ratioEvidence({ p50, p99 }: Comparison, way: string, to: string): Evidence[] {
  return [
    ...evidenceOf("reservation-p50", way, p50, to),
    ...evidenceOf("reservation-p99", way, p99, to),
  ];
}

/** "0.43 [0.41, 0.46] times as long at p50 and 0.30 [0.2, 0.4] at p99"; "" where nothing is. */
function timeWords({ p50, p99 }: Comparison): string {
  const points = [
    { ratio: p50, at: "p50" },
    { ratio: p99, at: "p99" },
  ].filter(({ ratio }) => ratio.n > 0);
  const words = points.map(({ ratio, at }, index) => {
    const times = `${formatRatioInterval(ratio)}${index === 0 ? " times as long" : ""} at ${at}`;
    return ratio.state === "interval" && !excludesOne(ratio) ? `${times} (1 is in it)` : times;
  });
  return words.join(" and ");
}

/** ", and 2.00 system calls instead of 25.0". */
function callsWords(row: WayRow, to: WayRow): string {
  const [own, other] = [row.figures.calls.median, to.figures.calls.median];
  if (own === undefined || other === undefined) return "";
  return `, and ${toThreeDigits(own)} system calls instead of ${toThreeDigits(other)}`;
}
