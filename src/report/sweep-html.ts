/**
 * A sweep as one HTML file: what it says, its charts, what grows, the tables behind them, and what
 * stands around them. Its frame and its style are those of every page.
 */

import type { SweepRun } from "../results/sweep-schema.ts";
import { chartsMarkup, legendOf } from "./html-charts.ts";
import { factParts, methodParts, repeatParts, warningParts } from "./html-facts.ts";
import { paragraph } from "./html-markup.ts";
import { type Card, headerMarkup, pageMarkup } from "./html-page.ts";
import { outcomeParts } from "./html-tables.ts";
import { safetyWords } from "./safety.ts";
import { sweepChartsOf } from "./sweep-charts.ts";
import type { SweepDigest } from "./sweep-digest.ts";
import type { SweepClaim } from "./sweep-headline.ts";
import { raceTables, scalingTable, searchTables } from "./sweep-html-tables.ts";
import { hasCurve, lackingSentences } from "./sweep-scaling.ts";
import { axisSubjects } from "./sweep-words.ts";
import { plural } from "./wording.ts";

/** A whole page. Pure: the same run gives the same text. */
export function renderSweepHtml(run: SweepRun, digest: SweepDigest): string {
  // Some settings are swept without searching: then nothing lacks.
  const charts = sweepChartsOf(digest).filter(
    ({ id, panels }) => id !== "sweep-search" || panels.length > 0,
  );
  return pageMarkup({
    run,
    tool: digest.identity.tool,
    series: legendOf(charts),
    header: headerOf(digest),
    sections: [
      ["charts", "Charts", "Charts", chartsMarkup(charts)],
      ["growth", "Growth", "What grows", growthParts(digest)],
      ["scaling", "Scaling", "Scaling with actors", scalingParts(digest)],
      ["races", "Races", "Races", raceTables(digest)],
      ["searches", "Searches", "Searches", searchTables(digest)],
      ["outcomes", "Safety", "Outcomes and safety", safetyParts(digest)],
      ["warnings", "Warnings", "Warnings", warningParts(digest)],
      ["machine", "Machine", "Run and machine", factParts(run, digest)],
      ["method", "Method", "Method", [...methodParts(run), paragraph(turns)]],
      ["repeat", "Repeat", "To repeat it", repeatParts(digest)],
    ],
  });
}

const turns =
  "Every fork measures at one value of the swept setting, and the values take turns, so that " +
  "what drifts over the run meets all of them alike. Forks of different values are different " +
  "processes, and so values are compared unpaired.";

function headerOf({ axis, headline, identity, safety }: SweepDigest): string {
  const { seen, sentence } = safety;
  const clean = { sentence, number: plural(seen.clobbers, "clobber") };
  return headerMarkup(
    `Racing for windows of address space, by ${axisSubjects[axis]}`,
    `${identity.tool}, ${identity.startedAt}. ${identity.host}.`,
    headline.labels,
    // Of broken safety a label tells.
    [...headline.claims.map(claimCard), ...(safety.state === "clean" ? [clean] : [])],
  );
}

function claimCard(claim: SweepClaim): Card {
  const { number, sentence } = claim;
  return { number, sentence, basis: claim.state === "nothing" ? undefined : claim.basis };
}

function growthParts({ growth, growthBasis }: SweepDigest): string[] {
  if (growth.length === 0) {
    return [paragraph("There are no two values to compare.", "lacking")];
  }
  const items = growth.map((sentence) => `<li>${paragraph(`${sentence}.`)}</li>`);
  return [
    `<ul>\n${items.join("\n")}\n</ul>`,
    ...(growthBasis === "" ? [] : [paragraph(growthBasis, "reading")]),
  ];
}

function scalingParts(digest: SweepDigest): string[] {
  const { scaling, scalingWarning } = digest;
  if (scaling.length === 0) return [];
  return [
    ...(scalingWarning === undefined ? [] : [paragraph(scalingWarning, "label")]),
    ...lackingSentences(scaling).map((sentence) => paragraph(`${sentence}.`, "lacking")),
    ...(hasCurve(scaling) ? [scalingTable(digest)] : []),
  ];
}

function safetyParts(digest: SweepDigest): string[] {
  const { searchSafety: safety } = digest;
  if (!safety) return outcomeParts(digest);
  return [
    ...outcomeParts(digest),
    paragraph(`Searches: ${safetyWords(safety)}.`, safety.state === "broken" ? "bad" : undefined),
    ...safety.others.map(({ sound, sentence }) => paragraph(`${sound}: ${sentence}.`)),
  ];
}
