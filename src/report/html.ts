/**
 * The report as one HTML file for people who would rather look than read: the headline, charts,
 * tables, and what stands around them. It loads nothing, and its policy forbids that it could.
 */

import type { Run } from "../results/schema.ts";
import { chartsOf } from "./charts.ts";
import type { Digest } from "./digest.ts";
import type { Claim } from "./headline.ts";
import { chartsMarkup, legendOf } from "./html-charts.ts";
import { factParts, methodParts, repeatParts, warningParts } from "./html-facts.ts";
import { paragraph } from "./html-markup.ts";
import { pageMarkup } from "./html-page.ts";
import { costTables, outcomeParts, ratioTable } from "./html-tables.ts";
import { isGrave } from "./labels.ts";
import { startWords } from "./merged-words.ts";
import { formatRatio, plural } from "./wording.ts";

/** A whole page. Pure: the same run gives the same text. */
export function renderHtml(run: Run, digest: Digest): string {
  const charts = chartsOf(run, digest);
  return pageMarkup({
    run,
    tool: digest.identity.tool,
    series: legendOf(charts),
    header: headerMarkup(digest),
    sections: [
      ["charts", "Charts", "Charts", chartsMarkup(charts)],
      ["costs", "Costs", "Costs", costTables(digest)],
      ["ratios-table", "Ratios", "Ratios", ratioTable(digest)],
      ["outcomes", "Safety", "Outcomes and safety", outcomeParts(digest)],
      ["warnings", "Warnings", "Warnings", warningParts(digest)],
      ["machine", "Machine", "Run and machine", factParts(run, digest)],
      ["method", "Method", "Method", methodParts(run)],
      ["repeat", "Repeat", "To repeat it", repeatParts(digest)],
    ],
  });
}

function headerMarkup({ headline, identity, safety }: Digest): string {
  const claims = headline.claims.filter(
    ({ sentence }, index, all) => all.findIndex((other) => other.sentence === sentence) === index,
  );
  const labels = headline.labels.map((label) =>
    paragraph(`${label.text}.`, isGrave(label) ? "label bad" : "label"),
  );
  const isBroken = safety.state === "broken";
  return [
    "<header>",
    "<h1>Racing for windows of address space</h1>",
    paragraph(`${identity.tool}, ${startWords(identity)}. ${identity.host}.`, "where"),
    ...labels,
    '<div class="claims">',
    ...claims.map(claimMarkup),
    ...(isBroken ? [] : [safetyMarkup(safety)]),
    "</div>",
    "</header>",
  ].join("\n");
}

/** The number large, where there is one to tell. */
function claimMarkup(claim: Claim): string {
  const parts = [paragraph(`${claim.sentence}.`, "says")];
  if (claim.state !== "nothing") parts.push(paragraph(`${claim.basis}.`, "basis"));
  if (claim.state === "told" || claim.state === "few-forks") {
    parts.unshift(paragraph(largeNumber(claim), "number"));
  }
  return `<div class="claim">${parts.join("")}</div>`;
}

/** Of broken safety a label tells. */
function safetyMarkup({ state, seen, sentence }: Digest["safety"]): string {
  const number = state === "clean" ? paragraph(plural(seen.clobbers, "clobber"), "number") : "";
  return `<div class="claim">${number}${paragraph(`${sentence}.`, "says")}</div>`;
}

/** The price is told as more or as less and never below 1, as its sentence tells it. */
function largeNumber({ subject, ratio }: Exclude<Claim, { state: "nothing" }>): string {
  const median = ratio.median ?? 1;
  const value = subject === "price" && median < 1 ? 1 / median : median;
  return `${formatRatio(value)}×`;
}
