/** How a path run's figures stand in a table: the same text in every format. */

import { formatBytes } from "../units.ts";
import type { ProfileDigest, WayRow } from "./path-rows.ts";
import { harmOf, type WaySafety } from "./path-safety.ts";
import { formatRatio, formatWhole, medianWords } from "./wording.ts";

/** A column's text: the median of a figure. */
export function cell(
  name: keyof WayRow["figures"],
  format: (value: number) => string,
): (row: Pick<WayRow, "figures">) => string {
  return ({ figures }) => medianWords(figures[name], format);
}

/** "4098 MiB at multiples of 2 MiB in 0x200000000-0xd00000000"; "" where the file does not say. */
export function groundWords({ bytes, alignBytes, low, high }: ProfileDigest["profile"]): string {
  if (bytes === 0) return "";
  return `${formatBytes(bytes)} at multiples of ${formatBytes(alignBytes)} in ${low}-${high}`;
}

/** Two digits of what is far below 1: ways differ by whole factors, and tables have their width. */
export function formatTimes(ratio: number): string {
  return ratio > 0 && ratio < 0.1 ? ratio.toPrecision(2) : formatRatio(ratio);
}

/** Counts hardly vary between forks; their interval would only repeat the median. */
export function callsRatio({ toToday, figures }: WayRow): string {
  if (!toToday) return "today";
  const { median } = toToday.calls;
  if (median !== undefined) return formatTimes(median);
  return figures.calls.median === 0 ? "none" : "-";
}

/** Whether it was safe: what the way is by construction, and how often harm was seen. */
export function safetyCell(safety: WaySafety): string {
  const harm = harmOf(safety);
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
