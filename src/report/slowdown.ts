/** How a slowdown is written, in sentences and tables alike: "+3.1 % [-4.0, +11.2]". */

import type { Change } from "../results/gate-schema.ts";

/** Estimate and interval in per cent, signed: positive is slower; "-" where there is nothing. */
export function formatSlowdown(change: Change): string {
  if (change.estimate === null) return "-";
  if (change.state === "too-few") return formatPercents(change.estimate * 100, "+");
  return formatInterval(change);
}

/** Of fractions: "+3.1 % [-4.0, +11.2]". */
export function formatInterval(change: Readonly<Record<"estimate" | "lo" | "hi", number>>): string {
  const { estimate, lo, hi } = change;
  return `${formatPercents(estimate * 100, "+")} [${signed(lo * 100)}, ${signed(hi * 100)}]`;
}

/** "10 %"; with a sign "+10.0 %". */
export function formatPercents(percents: number, sign: "+" | "" = ""): string {
  return `${sign === "" ? percents : signed(percents)} %`;
}

/** One decimal below 100, none above; never "-0.0". */
function signed(percents: number): string {
  const text = Math.abs(percents).toFixed(Math.abs(percents) < 99.95 ? 1 : 0);
  const isNegative = percents < 0 && Number(text) !== 0;
  return `${isNegative ? "-" : "+"}${text}`;
}
