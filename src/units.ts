/**
 * Conversions and the way quantities are written for people. A conversion names both ends.
 * A leaf: imports nothing.
 */

const sizeUnits: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};

/** "64K", "1M", "4096" to bytes; undefined where the text is no size. Units are powers of 1024. */
export function sizeToBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?$/i.exec(text.trim());
  if (!match) return undefined;
  const bytes = Number(match[1]) * (sizeUnits[(match[2] ?? "").toUpperCase()] as number);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** 1048576 to "1 MiB"; the largest unit that leaves a whole number. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value} ${units[unit]}`;
}

/** Three significant digits and no exponent: 1234 to "1230", 0.12345 to "0.123". */
export function toThreeDigits(value: number): string {
  if (value === 0) return "0";
  // The digits are counted after rounding: 9.996 is "10.0".
  const rounded = Number(value.toPrecision(3));
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  return digits === 0 ? String(rounded) : rounded.toFixed(Math.min(digits, 6));
}

/** 305 to "305 ns", 5400 to "5.40 us", 4.06e6 to "4.06 ms"; three significant digits. */
export function formatNs(ns: number): string {
  if (ns < 999.5) return `${toThreeDigits(ns)} ns`;
  if (ns < 999.5e3) return `${toThreeDigits(ns / 1e3)} us`;
  if (ns < 999.5e6) return `${toThreeDigits(ns / 1e6)} ms`;
  return `${toThreeDigits(ns / 1e9)} s`;
}

/** 145123 to "145 k", 1.9e6 to "1.90 M"; three significant digits. */
export function formatCount(count: number): string {
  if (count < 999.5) return toThreeDigits(count);
  if (count < 999.5e3) return `${toThreeDigits(count / 1e3)} k`;
  if (count < 999.5e6) return `${toThreeDigits(count / 1e6)} M`;
  return `${toThreeDigits(count / 1e9)} G`;
}

/** Clock ticks to nanoseconds, rounded: HDR histograms hold whole numbers. */
export function ticksToNs(ticks: number, ticksPerNs: number): number {
  return Math.round(ticks / ticksPerNs);
}
