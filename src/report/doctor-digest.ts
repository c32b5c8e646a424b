/**
 * What a doctor's report comes to: one conclusion, and the facts as lines of the table. Pure; the
 * renderer and the exit code both begin here.
 */

import type { DoctorReport, FactResult } from "../results/doctor-schema.ts";
import { plural } from "./wording.ts";

/**
 * "unsafe": the flag or a call harms mappings in use; "unusable": the flag does not work here, and
 * harms nothing; "unexpected": it works, but something is other than declared, and harms nothing.
 */
export type DoctorVerdict = "sound" | "unsafe" | "unusable" | "unexpected";

/** One case in one line: its answers side by side, as in the table of the documentation. */
export interface FactLine {
  readonly row: string;
  readonly title: string;
  /** Of the ways of asking without the flag; "-" where the case has none. */
  readonly hint: string;
  /** Of those with the flag. */
  readonly noreplace: string;
  readonly state: FactResult["state"];
}

export interface DoctorDigest {
  readonly verdict: DoctorVerdict;
  readonly headline: string;
  readonly asExpected: number;
  readonly different: readonly Extract<FactResult, { state: "different" }>[];
  readonly skipped: readonly Extract<FactResult, { state: "skipped" }>[];
  /** In the order of the rows; "pmd-hole" last. */
  readonly lines: readonly FactLine[];
}

/** Digests a report. */
export function digestDoctor({ flag, facts }: DoctorReport): DoctorDigest {
  const different = facts.filter((fact) => fact.state === "different");
  const skipped = facts.filter((fact) => fact.state === "skipped");
  const harmed = different.filter(({ harm }) => harm).length;
  const [verdict, headline] = concludeFrom(flag, harmed, different.length);
  return {
    verdict,
    headline,
    asExpected: facts.length - different.length - skipped.length,
    different,
    skipped,
    lines: linesOf(facts),
  };
}

function concludeFrom(
  flag: DoctorReport["flag"],
  harmed: number,
  different: number,
): readonly [DoctorVerdict, string] {
  if (harmed > 0) {
    const headline = `An occupant was destroyed in ${plural(harmed, "case")} where it must survive`;
    return ["unsafe", `${headline}: exact addresses cannot be asked for safely on this kernel.`];
  }
  switch (flag.verdict) {
    case "buggy":
      return [
        "unsafe",
        "MAP_FIXED_NOREPLACE is buggy here: it replaces a mapping that begins inside the window " +
          "(Linux 4.17 until 7aa867dd8952). Do not use it on this kernel.",
      ];
    case "supported":
      if (different === 0) {
        return [
          "sound",
          "MAP_FIXED_NOREPLACE is supported: free windows are placed exactly, taken ones EEXIST.",
        ];
      }
      return [
        "unexpected",
        `MAP_FIXED_NOREPLACE is supported, but ${plural(different, "answer")} ` +
          `${different === 1 ? "differs" : "differ"} from what is declared; nothing was harmed.`,
      ];
    case "ignored":
      return [
        "unusable",
        "MAP_FIXED_NOREPLACE is ignored here: the address is a mere hint. Compare the result " +
          "with the address, and unmap what landed elsewhere.",
      ];
    case "rejected":
      return [
        "unusable",
        `MAP_FIXED_NOREPLACE is rejected here with ${flag.errno}: use a hint, compare the result ` +
          "with the address, and unmap what landed elsewhere.",
      ];
    case "relocating":
      return [
        "unusable",
        "MAP_FIXED_NOREPLACE is accepted here, but a free window is put elsewhere: a layer below " +
          "chooses addresses itself. Compare the result with the address.",
      ];
    default:
      return flag satisfies never;
  }
}

function linesOf(facts: readonly FactResult[]): FactLine[] {
  const cases = new Map<string, FactResult[]>();
  for (const fact of facts) {
    const name = `${fact.row} ${fact.title}`;
    cases.set(name, [...(cases.get(name) ?? []), fact]);
  }
  return [...cases.values()].map(lineOf).sort((a, b) => rankOf(a.row) - rankOf(b.row));
}

function lineOf(results: readonly FactResult[]): FactLine {
  const [first] = results;
  const answers = (withFlag: boolean): string => {
    const asked = results.filter(({ ask }) => ask.endsWith("noreplace") === withFlag);
    const texts = asked.map((result) => (result.state === "skipped" ? "skipped" : result.answer));
    return texts.join(", ") || "-";
  };
  const states = results.map(({ state }) => state);
  return {
    row: first?.row ?? "",
    title: first?.title ?? "",
    hint: answers(false),
    noreplace: answers(true),
    state: (["different", "skipped"] as const).find((s) => states.includes(s)) ?? "as expected",
  };
}

/** Rows that are no numbers come last. */
function rankOf(row: string): number {
  const number = Number(row);
  return Number.isNaN(number) ? Number.MAX_SAFE_INTEGER : number;
}
