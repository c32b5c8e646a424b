/**
 * The report for a terminal: Digest -> text, no line wider than asked for. Headline first, then
 * where and what, the figures, the comparisons, safety, and what disturbed. Colour says nothing
 * that the words do not.
 */

import { formatBytes, formatNs } from "../units.ts";
import type { Digest, Doubts } from "./digest.ts";
import type { HeadlineWords } from "./headline.ts";
import { isGrave, type Label } from "./labels.ts";
import { startWords } from "./merged-words.ts";
import { joinSections, labelled, type Paint, painting, wrap } from "./prose.ts";
import { outcomeLines } from "./terminal-outcomes.ts";
import { ratioLines } from "./terminal-ratios.ts";
import { scenarioLines } from "./terminal-scenarios.ts";
import { asSentence, formatShare, formatWhole, plural } from "./wording.ts";

export interface TerminalOptions {
  /** Characters in a line; below 60 the text still wraps, and tables may be cut. */
  readonly width: number;
  /** Whether to style at all; what NO_COLOR says is the caller's to decide. */
  readonly colour: boolean;
}

const labelWidth = 9;
/** More violations than this are counted, not listed. */
const shownViolations = 8;

/** Every section that has something to say, an empty line between them; ends with a newline. */
export function renderTerminal(digest: Digest, { width, colour }: TerminalOptions): string {
  const paint = painting(colour);
  const sections = [
    headlineLines(digest.headline, width, paint),
    whereLines(digest, width, paint),
    scenarioLines(digest, width, paint),
    ratioLines(digest, width, paint),
    outcomeLines(digest, width, paint),
    disturbanceLines(digest, width, paint),
    warningLines(digest, width, paint),
  ];
  return joinSections(sections);
}

export function headlineLines(headline: HeadlineWords, width: number, paint: Paint): string[] {
  const told = headline.claims.filter(
    ({ sentence }, index, all) => all.findIndex((other) => other.sentence === sentence) === index,
  );
  const claims = told.flatMap((claim) => [
    ...wrap(`${claim.sentence}.`, width).map((line) => paint("bold", line)),
    ...(claim.state === "nothing" ? [] : labelled("", claim.basis, width, 2)),
  ]);
  return [...claims, ...labelLines(headline.labels, width, paint)];
}

/** What changes how every figure is read; of a side, where there are two. */
export function labelLines(
  labels: readonly Label[],
  width: number,
  paint: Paint,
  lead = "",
): string[] {
  return labels.flatMap((label) =>
    wrap(`! ${lead}${label.text}.`, width, 2).map((line) =>
      paint(isGrave(label) ? "red" : "yellow", line),
    ),
  );
}

/** Where it was measured, with what, and how to do it again. */
export function whereLines(
  { identity }: Pick<Digest, "identity">,
  width: number,
  paint: Paint,
): string[] {
  const { forks, status } = identity;
  const endings = {
    complete: " in",
    interrupted: ", interrupted after",
    running: " after",
  } as const;
  const control = forks.negativeControl > 0 ? ` (and ${forks.negativeControl} of fixed)` : "";
  const run =
    `${identity.tool}, ${forks.complete} of ${plural(forks.planned, "fork")} complete${control}` +
    `${endings[status]} ${formatSeconds(identity.elapsedMs)}, ${startWords(identity)}`;
  return facts(width, paint, [
    ["host", identity.host],
    ["probe", identity.probe],
    ["run", run],
    ["setting", identity.setting],
    ["command", identity.command],
  ]);
}

/** The harness's own share, and everybody else's traces; what is not known is left out. */
export function disturbanceLines(
  { disturbance: d, identity }: Pick<Digest, "disturbance" | "identity">,
  width: number,
  paint: Paint,
): string[] {
  const harness: string[] = [];
  if (d.measuredShare !== undefined) {
    const elapsed = formatSeconds(identity.elapsedMs);
    harness.push(`${formatShare(d.measuredShare)} of ${elapsed} in measured blocks`);
  }
  if (d.insideShare.median !== undefined && d.lowestInsideShare !== undefined) {
    const percent = (d.insideShare.median * 100).toFixed(1);
    const share = `${percent} % of a block between first start and last end`;
    harness.push(`${share} (lowest ${(d.lowestInsideShare * 100).toFixed(1)} %)`);
  }
  if (d.startSkewNs.median !== undefined) {
    harness.push(`start skew ${formatNs(d.startSkewNs.median)}`);
  }
  if (d.readyMs.median !== undefined)
    harness.push(`fork ready in ${Math.round(d.readyMs.median)} ms`);
  if (d.peakMemoryBytes !== undefined) {
    harness.push(`peak memory ${formatBytes(Math.round(d.peakMemoryBytes / 2 ** 20) * 2 ** 20)}`);
  }
  const noise: string[] = [];
  if (d.perSecond) {
    const { voluntarySwitches, involuntarySwitches, tlbShootdowns, majorFaults } = d.perSecond;
    noise.push(
      `a second: ${formatRate(voluntarySwitches)} voluntary and ` +
        `${formatRate(involuntarySwitches)} involuntary context switches`,
      plural(Math.round(tlbShootdowns), "TLB shootdown"),
    );
    if (majorFaults > 0) noise.push(plural(Math.round(majorFaults), "major fault"));
  }
  if (d.othersCpus !== undefined) noise.push(`others used ${d.othersCpus.toFixed(2)} CPUs`);
  return facts(width, paint, [
    ["harness", harness.join(", ")],
    ["noise", noise.join(", ")],
  ]);
}

/** Everything that casts doubt on figures, and what there is to note. */
export function warningLines(
  digest: Doubts & Pick<Digest, "notes">,
  width: number,
  paint: Paint,
): string[] {
  const { violations, incompleteForks, warnings, notes } = digest;
  const hidden = violations.length - shownViolations;
  return [
    ...violations.slice(0, shownViolations).flatMap(({ fork, scenario, actors, text }) => {
      const where = `fork ${fork + 1}, ${scenario}, ${plural(actors, "actor")}`;
      return labelled("BROKEN", `${where}: ${text}`, width, labelWidth);
    }),
    ...(hidden > 0
      ? labelled("", `and ${plural(hidden, "more violation")}`, width, labelWidth)
      : []),
    ...incompleteForks.flatMap(({ fork, status, counted, error }) => {
      const kept = counted ? "; the trials it finished count" : "; it finished no trial";
      return labelled(`fork ${fork + 1}`, `${status}: ${error}${kept}`, width, labelWidth);
    }),
    ...warnings.flatMap(({ message, remedy }) =>
      labelled("warning", `${asSentence(message)} ${remedy}`, width, labelWidth),
    ),
    ...notes.flatMap((note) => labelled("note", `${note}.`, width, labelWidth)),
  ].map((line) => line.replace(/^(BROKEN|fork \d+|warning)/, (label) => paint("yellow", label)));
}

/** Lines of "label    text", empty texts left out. */
export function facts(
  width: number,
  paint: Paint,
  entries: readonly (readonly [label: string, text: string])[],
): string[] {
  return entries
    .filter(([, text]) => text !== "")
    .flatMap(([label, text]) =>
      labelled(label, text, width, labelWidth).map((line) =>
        line.startsWith(label) ? paint("dim", label) + line.slice(label.length) : line,
      ),
    );
}

function formatSeconds(ms: number): string {
  return ms < 99_950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

function formatRate(perSecond: number): string {
  return formatWhole(Math.round(perSecond));
}
