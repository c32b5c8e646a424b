/**
 * The frame of a page, whatever it shows: its head, its policy, the way to its sections, and its
 * script. It loads nothing, and its policy forbids that it could.
 */

import { createHash } from "node:crypto";
import type { Run } from "../results/schema.ts";
import { escapeMarkup } from "./escape.ts";
import { paragraph, sectionMarkup } from "./html-markup.ts";
import { isGrave, type Label } from "./labels.ts";
import { pageScript } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";
import type { Look } from "./strategy-looks.ts";

/** Markup under a heading, and what the navigation calls it; left out where there is none. */
export type Section = readonly [
  id: string,
  name: string,
  heading: string,
  parts: readonly string[],
];

export interface PageParts {
  readonly run: Pick<Run, "host" | "startedAt">;
  readonly tool: string;
  /** What the legend can hide. */
  readonly series: readonly Look[];
  readonly header: string;
  /** The first is what somebody comes for. */
  readonly sections: readonly Section[];
}

/** What the head of a page says first: a number to see, its sentence, and what it rests on. */
export interface Card {
  readonly number?: string | undefined;
  readonly sentence: string;
  readonly basis?: string | undefined;
}

/** The title, where it was measured, what casts doubt on it, and what it says. */
export function headerMarkup(
  title: string,
  where: string,
  labels: readonly Label[],
  cards: readonly Card[],
): string {
  return [
    "<header>",
    `<h1>${title}</h1>`,
    paragraph(where, "where"),
    ...labels.map((label) => paragraph(`${label.text}.`, isGrave(label) ? "label bad" : "label")),
    '<div class="claims">',
    ...cards.map(cardMarkup),
    "</div>",
    "</header>",
  ].join("\n");
}

function cardMarkup({ number, sentence, basis }: Card): string {
  const parts = [
    ...(number === undefined ? [] : [paragraph(number, "number")]),
    paragraph(`${sentence}.`, "says"),
    ...(basis === undefined ? [] : [paragraph(`${basis}.`, "basis")]),
  ];
  return `<div class="claim">${parts.join("")}</div>`;
}

/** A whole page. */
export function pageMarkup({ run, tool, series, header, sections }: PageParts): string {
  const shown = sections.flatMap(([id, name, heading, parts]) => {
    const markup = sectionMarkup(id, heading, parts);
    return markup === "" ? [] : [{ link: `<a href="#${id}">${name}</a>`, markup }];
  });
  return [
    "<!doctype html>",
    "<!-- Made by noclobber report, format html -->",
    '<html lang="en">',
    headMarkup(run, pageStyle(series.map(({ slot }) => slot))),
    "<body>",
    '<a class="skip" href="#main">Skip to the charts</a>',
    header,
    `<nav aria-label="Sections">${shown.map(({ link }) => link).join(" ")}</nav>`,
    '<main id="main" tabindex="-1">',
    ...shown.map(({ markup }) => markup),
    "</main>",
    `<footer>${paragraph(`Made by ${tool} with noclobber report, format html.`)}`,
    "</footer>",
    `<script>${pageScript}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function headMarkup({ host, startedAt }: PageParts["run"], style: string): string {
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
