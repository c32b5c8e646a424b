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
import { type Card, headerMarkup, pageMarkup } from "./html-page.ts";
import { costTables, outcomeParts, ratioTable } from "./html-tables.ts";
import { startWords } from "./merged-words.ts";
import { formatRatio, plural } from "./wording.ts";

/** A whole page. Pure: the same run gives the same text. */
export function renderHtml(run: Run, digest: Digest): string {
  const charts = chartsOf(run, digest);
  return pageMarkup({
    run,
    tool: digest.identity.tool,
    series: legendOf(charts),
    header: headerOf(digest),
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

function headerOf({ headline, identity, safety }: Digest): string {
  const claims = headline.claims.filter(
    ({ sentence }, index, all) => all.findIndex((other) => other.sentence === sentence) === index,
  );
  const isBroken = safety.state === "broken";
  return headerMarkup(
    "Racing for windows of address space",
    `${identity.tool}, ${startWords(identity)}. ${identity.host}.`,
    headline.labels,
    // Of broken safety a label tells.
    [...claims.map(claimCard), ...(isBroken ? [] : [safetyCard(safety)])],
  );
}

/** The number large, where there is one to tell. */
function claimCard(claim: Claim): Card {
  const { sentence } = claim;
  if (claim.state === "nothing") return { sentence };
  const isTold = claim.state === "told" || claim.state === "few-forks";
  return { sentence, basis: claim.basis, number: isTold ? largeNumber(claim) : undefined };
}

function safetyCard({ state, seen, sentence }: Digest["safety"]): Card {
  return { sentence, number: state === "clean" ? plural(seen.clobbers, "clobber") : undefined };
}

/** The price is told as more or as less and never below 1, as its sentence tells it. */
function largeNumber({ subject, ratio }: Exclude<Claim, { state: "nothing" }>): string {
  const median = ratio.median ?? 1;
  const value = subject === "price" && median < 1 ? 1 / median : median;
  return `${formatRatio(value)}×`;
}
