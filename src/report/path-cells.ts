/** How a path run's figures stand in a table: the same text in every format. */

import { formatBytes, formatNs } from "../units.ts";
import type { ProfileDigest, WayRow } from "./path-rows.ts";
import { harmOf, mustBeSound } from "./path-safety.ts";
import type { Figure } from "./samples.ts";
import { formatRatio, formatShare, formatWhole, medianWords } from "./wording.ts";

/** A column's text: the median of a figure. */
export function cell(
  name: keyof WayRow["figures"],
  format: (value: number) => string,
): (row: Pick<WayRow, "figures">) => string {
  return ({ figures }) => medianWords(figures[name], format);
}

/** A time of a reservation; "-" where most got no place. */
export function timeCell(
  name: "reservationP50Ns" | "reservationP99Ns",
): (row: Pick<WayRow, "figures" | "gaveUp">) => string {
  return ({ figures, gaveUp }) => (gaveUp ? "-" : medianWords(figures[name], formatNs));
}

/** A ratio to today's way as `format` writes it, or why there is none. */
export function todayRatio(
  { toToday, isToday, gaveUp, figures }: WayRow,
  name: keyof NonNullable<WayRow["toToday"]>,
  format: (figure: Figure) => string,
): string {
  if (gaveUp && name === "reservationP50Ns") {
    return `gave up ${medianWords(figures.givenUpShare, formatShare)}`;
  }
  if (!toToday) return isToday && !gaveUp ? "today" : "-";
  if (name === "calls" && !gaveUp && figures.calls.median === 0) return "none";
  return format(toToday[name]);
}

/** Share that came too late; "-" where a way takes the place all the same, and cannot notice. */
export function staleCell({ figures, safety }: Pick<WayRow, "figures" | "safety">): string {
  return mustBeSound(safety) ? medianWords(figures.staleShare, formatShare) : "-";
}

/** What "-" says there; goes with "stale". */
export const staleWords =
  "of the attempts at a place that they had just searched for, those that came too late; - where " +
  "a way replaces whatever is there, and cannot notice: what it took stands under safe";

/** "4098 MiB at multiples of 2 MiB in 0x200000000-0xd00000000"; "" where the file does not say. */
export function groundWords({ bytes, alignBytes, low, high }: ProfileDigest["profile"]): string {
  if (bytes === 0) return "";
  return `${formatBytes(bytes)} at multiples of ${formatBytes(alignBytes)} in ${low}-${high}`;
}

/** Two digits of what is far below 1: ways differ by whole factors, and tables have their width. */
export function formatTimes(ratio: number): string {
  return ratio > 0 && ratio < 0.1 ? ratio.toPrecision(2) : formatRatio(ratio);
}

/** Whether it was safe: what the way is by construction, and how often harm was seen. */
export function safetyCell({
  safety,
  anyAddress,
  gaveUp,
}: Pick<WayRow, "safety" | "anyAddress" | "gaveUp">): string {
  const harm = harmOf(safety);
  if (gaveUp && harm === 0) return "-";
  if (anyAddress && harm === 0) return "any address";
  if (safety.reservations === 0) return "-";
  switch (safety.sound) {
    case "sound":
      return harm === 0 ? "yes" : `NO (${formatWhole(harm)})`;
    case "unknown":
      return harm === 0 ? "0 seen" : `NO (${formatWhole(harm)})`;
    case "unsound":
      return `no (${formatWhole(harm)})`;
    case "sound-if-all":
      return harm === 0 ? "if all do" : `no (${formatWhole(harm)})`;
    default:
      return safety.sound satisfies never;
  }
}
