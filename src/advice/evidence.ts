/** Figures of a path run as evidence: named, with their way, so that anybody finds them again. */

import type { Figure } from "../report/samples.ts";
import type { Evidence } from "../results/advice-schema.ts";

const unitOf = {
  "reservation-p50": "ns",
  "reservation-p99": "ns",
  "lost-p50": "ns",
  calls: "per reservation",
  "given-up": "share",
  reservations: "count",
  harm: "count",
  "refused-hints": "count",
} as const satisfies Record<Evidence["figure"], Evidence["unit"]>;

/** A figure of a way, or its ratio to that of another; none where no fork has it. */
export function evidenceOf(
  figure: Evidence["figure"],
  way: string,
  of: Figure,
  to?: string,
): Evidence[] {
  if (of.median === undefined) return [];
  return [
    {
      ...{ figure, way },
      ...(to !== undefined && { to }),
      unit: to === undefined ? unitOf[figure] : "ratio",
      value: of.median,
      ...(of.state === "interval" && { interval: { lo: of.lo, hi: of.hi } }),
      forks: of.n,
    },
  ];
}

/** Something that was counted, over all forks. */
export function countEvidence(
  figure: Evidence["figure"],
  way: string,
  value: number,
  forks: number,
): Evidence {
  return { figure, way, unit: "count", value, forks };
}
