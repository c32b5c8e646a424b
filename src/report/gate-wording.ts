/**
 * How every output of a gate puts its verdicts, its figures and what was compared: the same words
 * in each format. A text of the file reaches an output through `oneLine`.
 */

import type { Change, ComparedMetric, Gate, Verdict } from "../results/gate-schema.ts";
import type { Policy } from "../results/policy-schema.ts";
import { formatCount, toThreeDigits } from "../units.ts";
import { printable } from "./prose.ts";
import { formatPercents, formatSlowdown } from "./slowdown.ts";
import { formatRatio, formatWhole, hostWords, plural, toolWords } from "./wording.ts";

type Side = Gate["sides"][number];
type Difference = Gate["differences"][number];
type DroppedPair = NonNullable<Gate["pairs"]>["dropped"][number];

/** "regressed", or "no regression >= 10 %" with what the policy tolerates. */
export function verdictWords(
  verdict: Verdict,
  { toleratedPercent }: Pick<Policy, "toleratedPercent">,
): string {
  switch (verdict) {
    case "no-regression":
      return `no regression >= ${formatPercents(toleratedPercent)}`;
    case "held":
      return "exact laws hold";
    case "improved":
    case "inconclusive":
    case "regressed":
    case "violated":
      return verdict;
    default:
      return verdict satisfies never;
  }
}

/** The verdicts that need a reason beside them. */
export function needsReason(verdict: Verdict): boolean {
  return verdict === "regressed" || verdict === "inconclusive" || verdict === "violated";
}

/** "+3.1 % [-4.0, +11.2]", positive is slower; "too few: 4 of 6" where there is no interval. */
export function changeWords(change: Change): string {
  if (change.state === "interval") return formatSlowdown(change);
  return `too few: ${change.n} of ${change.needed}`;
}

/** A median of tier 1; "-" where no fork has it. */
export function ratioWords(value: number | null): string {
  return value === null ? "-" : formatRatio(value);
}

/** A median of tier 2, in whatever unit its name says; "-" where no fork has it. */
export function amountWords(value: number | null): string {
  if (value === null) return "-";
  return value < 99_950 ? toThreeDigits(value) : formatCount(value);
}

/** "99 % interval" of the judged metrics; "interval" where the file does not say of how much. */
export function intervalWords({ pairs }: Gate): string {
  return pairs ? `${formatConfidence(pairs.confidence)} interval` : "interval";
}

/** What was set against what, and how much of it is left. */
export function comparisonWords(gate: Gate): string {
  const { comparison, pairs } = gate;
  if (comparison === "exact") return "nothing: the exact laws alone were checked";
  if (!pairs) return comparison;
  const dropped = pairs.dropped.length > 0 ? `, ${formatWhole(pairs.dropped.length)} dropped` : "";
  const extended = pairs.extended ? ", the one extension included" : "";
  const basis =
    comparison === "paired"
      ? `${plural(pairs.measured, "pair")} of adjacent forks`
      : `two files, unpaired, ${plural(pairs.measured, "fork")} on the smaller side`;
  const confidence = formatConfidence(pairs.confidence);
  const sure = `intervals of ${confidence} each, so that all hold together`;
  return `${basis}${dropped}${extended}; ${sure}`;
}

/** What the machine did meanwhile, as the baseline's twin saw it; undefined without metrics. */
export function environmentWords({ comparison, metrics }: Gate): string | undefined {
  if (metrics.length === 0) return undefined;
  const checks = metrics.flatMap(({ name, environment }) =>
    environment ? [{ name, change: environment }] : [],
  );
  const [first] = checks;
  if (!first) {
    return comparison === "unpaired"
      ? "not checked: between two files there is no twin of the baseline"
      : "not checked: the baseline has no twin";
  }
  const twin = "the baseline's twin against the baseline";
  const told = checks.flatMap(({ name, change }) =>
    change.state === "interval" ? [{ name, change }] : [],
  );
  const largest = told.toSorted(
    ({ change: a }, { change: b }) => Math.abs(b.estimate) - Math.abs(a.estimate),
  )[0];
  if (!largest) return `${twin}: ${changeWords(first.change)}`;
  const still = told.filter(({ change }) => change.lo <= 0 && change.hi >= 0).length;
  return (
    `${twin}: largest ${changeWords(largest.change)}, in ${oneLine(largest.name)}; ` +
    `0 is in ${formatWhole(still)} of ${plural(told.length, "interval")}`
  );
}

/** "noclobber 0.1.0 (e6217015c87b), 20 forks, results/x.json", and what the sides do not share. */
export function sideWords(side: Side, sides: readonly Side[]): string {
  const isShared = (pick: (other: Side) => string) =>
    sides.every((other) => pick(other) === pick(side));
  return oneLine(
    [
      toolWords(side.tool),
      plural(side.forks, "fork"),
      side.run,
      ...(isShared(hostOf) ? [] : [`on ${hostOf(side)}`]),
      ...(isShared(commandOf) ? [] : [`made by: ${commandOf(side)}`]),
    ].join(", "),
  );
}

/** The machine of all sides in one line; undefined where they do not have the same. */
export function sharedHostWords({ sides }: Gate): string | undefined {
  const hosts = new Set(sides.map(hostOf));
  return hosts.size === 1 ? oneLine([...hosts].join("")) : undefined;
}

/** "baseline", "candidate", or "baseline twin": the baseline once more. */
export function roleWords({ role }: Side): string {
  return role === "baseline-again" ? "baseline twin" : role;
}

/** Every result file once, in the order of the sides. */
export function rawDataWords({ sides }: Gate): string {
  return [...new Set(sides.map(({ run }) => oneLine(run)))].join(", ");
}

/** "pair 7, candidate: crashed: SIGKILL"; pairs are counted from 1, as forks are in reports. */
export function droppedWords({ pair, side, reason }: DroppedPair): string {
  return `pair ${pair + 1}, ${side}: ${reason}`;
}

/** "CPU model: baseline EPYC 7B13, candidate EPYC 9B14". */
export function differenceWords({ fact, baseline, candidate }: Difference): string {
  return `${fact}: baseline ${baseline}, candidate ${candidate}`;
}

/** The forks or pairs that a change rests on. */
export function countWords({ slowdown }: Pick<ComparedMetric, "slowdown">): string {
  return formatWhole(slowdown.n);
}

/**
 * A text of the file on one line, without what a terminal, a CI runner or an XML parser takes
 * amiss: what cannot be shown becomes a space, "::error" and "##[error]" lose their form. Of what
 * is longer than `most` characters, the rest is counted.
 */
export function oneLine(text: string, most = Number.POSITIVE_INFINITY): string {
  const rest = text.length - most;
  const kept = rest > 0 ? `${text.slice(0, most)}... (${rest} more characters)` : text;
  return printable(kept)
    .replace(/:(?=:)/g, ": ")
    .replace(/##(?=\[)/g, "## ")
    .trim();
}

/** 0.99 to "99 %", 0.9917 to "99.2 %". */
function formatConfidence(confidence: number): string {
  const percent = Number((confidence * 100).toPrecision(3));
  return confidence < 1 && percent === 100 ? ">99.9 %" : `${percent} %`;
}

function hostOf({ host }: Side): string {
  return hostWords(host);
}

/** Without the file that it writes, which no two sides share. */
function commandOf({ command }: Side): string {
  return command
    .filter((word, at) => word !== "--output" && command[at - 1] !== "--output")
    .join(" ");
}
