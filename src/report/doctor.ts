/**
 * The doctor's report for a terminal: the conclusion, what of this host changes the answers, then
 * every fact in a line. Colour says nothing that the words do not.
 */

import type { DoctorReport, FactResult } from "../results/doctor-schema.ts";
import { formatBytes } from "../units.ts";
import type { DoctorDigest, FactLine } from "./doctor-digest.ts";
import { labelled, type Paint, painting, printable, wrap } from "./prose.ts";
import { type Column, layOutTable } from "./text-table.ts";
import { plural } from "./wording.ts";

const labelWidth = 9;
const rowWidth = "pmd-hole".length;

const columns: readonly Column<FactLine>[] = [
  // One column, because the first one is cut where the width does not suffice.
  {
    label: nameColumn("row", "case"),
    align: "left",
    text: ({ row, title }) => nameColumn(row, title),
  },
  { label: "hint", align: "left", wideGap: true, text: ({ hint }) => printable(hint) },
  { label: "noreplace", align: "left", wideGap: true, text: ({ noreplace }) => noreplace },
  { label: "expected", align: "left", wideGap: true, text: ({ state }) => words[state] },
];

const words: Readonly<Record<FactLine["state"], string>> = {
  "as expected": "yes",
  different: "NO",
  skipped: "skipped",
};

/** Renders in at most `width` characters; below 80 the cases' names are cut. */
export function renderDoctor(
  report: DoctorReport,
  digest: DoctorDigest,
  { width, colour }: { readonly width: number; readonly colour: boolean },
): string {
  const paint = painting(colour);
  const { verdict, headline } = digest;
  const style = verdict === "unsafe" ? "red" : verdict === "sound" ? "green" : "yellow";
  const table = layOutTable(columns, digest.lines, width);
  const lines = [
    ...wrap(headline, width).map((line) => paint(style, line)),
    "",
    ...hostLines(report, digest, width, paint),
    "",
    ...table.header.map((line) => paint("bold", line)),
    ...table.body.map((line, index) => paintLine(line, digest.lines[index], paint)),
    ...noteLines(digest, width, paint),
  ];
  return `${lines.join("\n")}\n`;
}

function nameColumn(row: string, title: string): string {
  return `${row.padEnd(rowWidth)}  ${title}`;
}

function hostLines(
  { host, surroundings: s, elapsedMs }: DoctorReport,
  { asExpected, different, skipped }: DoctorDigest,
  width: number,
  paint: Paint,
): string[] {
  const low = s.mayMapLow ? "may map below it" : "may not map below it";
  const facts: readonly (readonly [label: string, text: string])[] = [
    [
      "facts",
      `${asExpected} as expected, ${different.length} different, ${skipped.length} skipped, ` +
        `in ${Math.round(elapsedMs)} ms`,
    ],
    [
      "host",
      `${host.hostname}, Linux ${host.kernelRelease} ${host.architecture}, ${host.cpuModel}, ` +
        `CPUs ${host.onlineCpus} online, ${host.allowedCpus.join(",")} allowed`,
    ],
    ["layers", s.layers.length === 0 ? "none seen" : s.layers.join(", ")],
    [
      "memory",
      `pages of ${formatBytes(host.pageBytes)}, transparent huge pages ` +
        `${host.transparentHugePages}, overcommit ${host.overcommit}`,
    ],
    [
      "limits",
      `mmap_min_addr ${host.mmapMinAddr} (this process ${low}), ` +
        `${plural(s.mappings, "mapping")} in use of max_map_count ${host.maxMapCount}`,
    ],
    [
      "maps",
      `PROCMAP_QUERY ${s.procmapQuery ? "works" : "is not there"}, reads ` +
        `${s.mapsReads.state === "cannot be told" ? "cannot be told" : s.mapsReads.state} ` +
        `(judged by ${s.mapsReads.judgedBy})`,
    ],
    ["probe", `executable memory ${s.executableMemory}, ${s.counter}`],
  ];
  return facts.flatMap(([label, text]) =>
    labelled(label, printable(text), width, labelWidth).map((line, index) =>
      index === 0 ? paint("bold", line.slice(0, labelWidth)) + line.slice(labelWidth) : line,
    ),
  );
}

function paintLine(line: string, fact: FactLine | undefined, paint: Paint): string {
  if (fact?.state === "different") return paint("red", line);
  return fact?.state === "skipped" ? paint("dim", line) : line;
}

/** What differs and what was left out, each with its reason. */
function noteLines({ different, skipped }: DoctorDigest, width: number, paint: Paint): string[] {
  const notes = [
    ...different.flatMap((fact) =>
      wrap(`! ${nameOf(fact)}: ${fact.findings.join("; ")}${basisOf(fact)}`, width, 2).map((line) =>
        paint("red", line),
      ),
    ),
    ...skipped.flatMap((fact) => wrap(`skipped ${nameOf(fact)}: ${fact.reason}`, width, 2)),
  ];
  return notes.length === 0 ? [] : ["", ...notes];
}

function nameOf({ row, title, ask }: FactResult): string {
  return `${row}, ${title}, ${ask}`;
}

function basisOf({ basis }: FactResult): string {
  return basis === undefined ? "" : ` (${basis})`;
}
