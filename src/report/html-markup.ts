/** Pieces of a page that its parts share: tables that scroll by themselves, and sections. */

import type { DataTable } from "./chart.ts";
import { escapeMarkup } from "./escape.ts";

/**
 * A table in a box of its own, which can be scrolled by keyboard. Its name stands above the box:
 * a caption would scroll with it.
 */
export function tableMarkup({ columns, rows }: DataTable, caption: string): string {
  const name = escapeMarkup(caption);
  const isNumeric = (index: number) => rows.every((cells) => isNumber(cells[index] ?? "", index));
  const head = columns
    .map((column, index) => {
      const kind = isNumeric(index) ? ' class="n"' : "";
      return `<th scope="col"${kind}>${escapeMarkup(column)}</th>`;
    })
    .join("");
  const body = rows.map((cells) => `<tr>${cells.map(cellMarkup).join("")}</tr>`).join("\n");
  return (
    `<p class="caption">${name}</p>\n` +
    `<div class="scroll" role="region" tabindex="0" aria-label="${name}"><table>\n` +
    `<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody></table></div>`
  );
}

/** Numbers stand under each other; the first cell names its row. */
function cellMarkup(text: string, index: number): string {
  if (index === 0) return `<th scope="row">${escapeMarkup(text)}</th>`;
  return `<td${isNumber(text, index) ? ' class="n"' : ""}>${escapeMarkup(text)}</td>`;
}

function isNumber(text: string, index: number): boolean {
  return index > 0 && /^(-|[<>+-]?\d.*)$/.test(text);
}

/** A section under its heading; "" where it holds nothing. */
export function sectionMarkup(id: string, heading: string, parts: readonly string[]): string {
  const content = parts.filter((part) => part !== "");
  if (content.length === 0) return "";
  return (
    `<section id="${id}" aria-labelledby="${id}-heading">\n` +
    `<h2 id="${id}-heading">${escapeMarkup(heading)}</h2>\n${content.join("\n")}\n</section>`
  );
}

/** A paragraph of plain text, in which no number stands at the end of a line without its unit. */
export function paragraph(text: string, kind?: string): string {
  return `<p${kind === undefined ? "" : ` class="${kind}"`}>${escapeMarkup(kept(text))}</p>`;
}

/** The text with its numbers and their units kept together. */
export function kept(text: string): string {
  return text.replace(/(\d) (?=(%|[num]?s|[kMG])(\W|$))/g, "$1\u00a0");
}
