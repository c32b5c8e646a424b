/**
 * The only way by which text gets into markup, HTML and SVG alike: between tags and inside quoted
 * attributes. A result file may come from anywhere, so its text is never trusted to be mere text.
 */

import { printable } from "./prose.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as markup that shows it; what cannot be shown, or XML cannot hold, becomes a space. */
export function escapeMarkup(text: string): string {
  return printable(text).replace(/[&<>"']/g, (found) => entities[found] as string);
}
