/**
 * How a report writes numbers: the same figure reads the same in every format. Builds on the units
 * of units.ts; three significant digits at most.
 */

import type { Host, Run } from "../results/schema.ts";
import { formatBytes, formatCount, toThreeDigits } from "../units.ts";
import type { Figure } from "./samples.ts";

/** Ends a text that may or may not be a sentence as one. */
export function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** "noclobber 0.1.0 (e62170145c12)". */
export function toolWords({ name, version, commit }: Run["tool"]): string {
  return `${name} ${version}${commit === undefined ? "" : ` (${commit})`}`;
}

/** The machine in one line: its name, kernel and CPUs. */
export function hostWords(host: Host): string {
  return (
    `${host.hostname}, Linux ${host.kernelRelease} ${host.architecture}, ${host.cpuModel}, ` +
    `CPUs ${host.onlineCpus} online, ${host.allowedCpus.length} allowed`
  );
}

/** 1 to "1 fork", 12 to "12 forks". */
export function plural(count: number, noun: string): string {
  return `${formatWhole(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A number of things: exact below 1000, else three digits and a unit: "7", "61.2 M". */
export function formatWhole(count: number): string {
  return count < 1000 ? String(count) : formatCount(count);
}

/** A share of 0 to 1 in per cent; nothing but 0 is "0 %" and nothing but 1 is "100 %". */
export function formatShare(share: number): string {
  if (share === 0) return "0 %";
  if (share < 0.001) return "<0.1 %";
  if (share < 0.0995) return `${(share * 100).toFixed(1)} %`;
  if (share < 1 && share >= 0.995) return ">99 %";
  return `${Math.round(share * 100)} %`;
}

/** A ratio: two decimals below 10, three digits above and where two decimals say nothing. */
export function formatRatio(ratio: number): string {
  return ratio >= 10 || ratio < 0.1 ? toThreeDigits(ratio) : ratio.toFixed(2);
}

/** "17.6 [17.2, 18.0]"; "17.6" without an interval; "-" where no fork has the ratio. */
export function formatRatioInterval(figure: Figure): string {
  return formatFigure(figure, formatRatio);
}

/** A median with its interval, if it has one, each as `format` writes it; "-" of no fork. */
export function formatFigure(figure: Figure, format: (value: number) => string): string {
  if (figure.median === undefined) return "-";
  const centre = format(figure.median);
  if (figure.state === "too-few") return centre;
  return `${centre} [${format(figure.lo)}, ${format(figure.hi)}]`;
}

/** 12345678 to "11.8 MiB": three digits, for what need not be a whole number of anything. */
export function formatRoughBytes(bytes: number): string {
  const unit = [40, 30, 20, 10].map((shift) => 2 ** shift).find((size) => bytes >= size) ?? 1;
  const [, name = "B"] = formatBytes(unit).split(" ");
  return `${toThreeDigits(bytes / unit)} ${name}`;
}

/** A bound on a rate, per million: "0.049 per million"; two digits, rounded up. */
export function formatPerMillion(rate: number): string {
  const perMillion = rate * 1e6;
  const step = 10 ** (Math.floor(Math.log10(perMillion)) - 1);
  const up = Math.ceil(perMillion / step) * step;
  return `${up >= 1000 ? formatCount(up) : Number(up.toPrecision(2))} per million`;
}

/** A figure's median as `format` writes it; "-" where no fork has it. */
export function medianWords({ median }: Figure, format: (value: number) => string): string {
  return median === undefined ? "-" : format(median);
}

/** The number of forks that most figures share, the larger where two tie; others are marked. */
export function usualForks(counts: readonly number[]): number {
  const rows = new Map<number, number>();
  for (const count of counts) rows.set(count, (rows.get(count) ?? 0) + 1);
  return [...rows].sort(([n, a], [m, b]) => b - a || m - n)[0]?.[0] ?? 0;
}

/** Whether the interval says which side of 1 the ratio is on, as printed. */
export function excludesOne(figure: Figure): boolean {
  if (figure.state !== "interval") return false;
  return Number(formatRatio(figure.lo)) > 1 || Number(formatRatio(figure.hi)) < 1;
}
