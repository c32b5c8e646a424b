/**
 * The report as one HTML file for people who would rather look than read: the headline, charts,
 * tables, and what stands around them. It loads nothing, and its policy forbids that it could.
 */

import { createHash } from "node:crypto";
import type { Run } from "../results/schema.ts";
import { chartsOf } from "./charts.ts";
import type { Digest } from "./digest.ts";
import { escapeMarkup } from "./escape.ts";
import type { Claim } from "./headline.ts";
import { chartsMarkup, legendOf } from "./html-charts.ts";
import { factParts, methodParts, repeatParts, warningParts } from "./html-facts.ts";
import { paragraph, sectionMarkup } from "./html-markup.ts";
import { costTables, outcomeParts, ratioTable } from "./html-tables.ts";
import { pageScript } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";
import { formatRatio, plural } from "./wording.ts";

/** A whole page. Pure: the same run gives the same text. */
export function renderHtml(run: Run, digest: Digest): string {
  const charts = chartsOf(run, digest);
  const style = pageStyle(legendOf(charts).map(({ slot }) => slot));
  const sections = [
    sectionMarkup("charts", "Charts", chartsMarkup(charts)),
    sectionMarkup("costs", "Costs", costTables(digest)),
    sectionMarkup("ratios-table", "Ratios", ratioTable(digest)),
    sectionMarkup("outcomes", "Outcomes and safety", outcomeParts(digest)),
    sectionMarkup("warnings", "Warnings", warningParts(digest)),
    sectionMarkup("machine", "Run and machine", factParts(run, digest)),
    sectionMarkup("method", "Method", methodParts(run)),
    sectionMarkup("repeat", "To repeat it", repeatParts(digest)),
  ];
  return [
    "<!doctype html>",
    "<!-- Made by noclobber report, format html -->",
    '<html lang="en">',
    headMarkup(run, style),
    "<body>",
    '<a class="skip" href="#main">Skip to the charts</a>',
    headerMarkup(digest),
    navigation,
    '<main id="main" tabindex="-1">',
    ...sections,
    "</main>",
    `<footer>${paragraph(`Made by ${digest.identity.tool} with noclobber report, format html.`)}`,
    "</footer>",
    `<script>${pageScript}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function headMarkup({ host, startedAt }: Run, style: string): string {
  const hash = createHash("sha256").update(pageScript).digest("base64");
  const policy =
    `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; ` +
    "base-uri 'none'; form-action 'none'";
  return [
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeMarkup(`noclobber: ${host.hostname}, ${startedAt}`)}</title>`,
    `<style>${style}</style>`,
    "</head>",
  ].join("\n");
}

const navigation =
  '<nav aria-label="Sections">' +
  '<a href="#charts">Charts</a> <a href="#costs">Costs</a> <a href="#ratios-table">Ratios</a> ' +
  '<a href="#outcomes">Safety</a> <a href="#warnings">Warnings</a> ' +
  '<a href="#machine">Machine</a> <a href="#method">Method</a> <a href="#repeat">Repeat</a></nav>';

function headerMarkup({ headline, identity, safety }: Digest): string {
  const claims = headline.claims.filter(
    ({ sentence }, index, all) => all.findIndex((other) => other.sentence === sentence) === index,
  );
  const labels = headline.labels.map(({ code, text }) =>
    paragraph(`${text}.`, code === "violation" || code === "unsafe" ? "label bad" : "label"),
  );
  const isBroken = safety.state === "broken";
  return [
    "<header>",
    "<h1>Racing for windows of address space</h1>",
    paragraph(`${identity.tool}, ${identity.startedAt}. ${identity.host}.`, "where"),
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
