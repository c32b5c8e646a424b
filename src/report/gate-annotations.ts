/**
 * A gate's result as workflow commands, which GitHub shows beside the changed code and above the
 * log: an error for each broken law and regressed metric, a warning for each inconclusive one, and
 * the verdict as a notice.
 */

import type { Gate } from "../results/gate-schema.ts";
import { oneLine } from "./gate-wording.ts";
import { formatWhole, plural } from "./wording.ts";

type Level = "error" | "warning" | "notice";

interface Annotation {
  readonly title: string;
  readonly message: string;
}

/** GitHub drops what a step says beyond this many of one level. */
const mostOfLevel = 10;

/** One command a line; ends with a newline. */
export function gateAnnotations(gate: Gate): string {
  const { laws, metrics } = gate;
  const judged = (verdict: "regressed" | "inconclusive") =>
    metrics
      .filter((metric) => metric.verdict === verdict)
      .map(({ name, reason }) => ({ title: `${verdict}: ${name}`, message: reason }));
  const broken = laws
    .filter(({ brokenCount }) => brokenCount > 0)
    .map(({ law, broken: [first = "broken"], brokenCount }) => {
      const rest = brokenCount > 1 ? `; and ${formatWhole(brokenCount - 1)} more` : "";
      return { title: `violated: ${law}`, message: `${first}${rest}` };
    });
  // Nothing was compared: that is an open answer, too.
  const uncompared =
    gate.verdict === "inconclusive" && metrics.length === 0
      ? [{ title: "inconclusive", message: [gate.sentence, ...gate.notes].join("; ") }]
      : [];
  const lines = [
    ...commands("error", [...broken, ...judged("regressed")]),
    ...commands("warning", [...judged("inconclusive"), ...uncompared]),
    ...commands("notice", [{ title: `noclobber gate: ${gate.verdict}`, message: gate.sentence }]),
  ];
  return `${lines.join("\n")}\n`;
}

function commands(level: Level, annotations: readonly Annotation[]): string[] {
  const rest = annotations.length - mostOfLevel + 1;
  const shown =
    rest > 1
      ? [
          ...annotations.slice(0, mostOfLevel - 1),
          { title: "noclobber gate", message: `and ${plural(rest, `more ${level}`)}: see the log` },
        ]
      : annotations;
  return shown.map(
    ({ title, message }) => `::${level} title=${property(title)}::${escaped(message)}`,
  );
}

/** As the runner's toolkit escapes what follows the second "::". */
function escaped(text: string): string {
  return oneLine(text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A"));
}

/** In a property, what would end it is escaped too. */
function property(text: string): string {
  return escaped(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
