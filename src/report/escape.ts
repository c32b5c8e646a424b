/**
 * The only way by which text gets into markup, HTML and SVG alike: between tags and inside quoted
 * attributes. A result file may come from anywhere, so its text is never trusted to be mere text.
 */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What XML cannot hold, and what would turn the direction of the text around it. */
const unprintable = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069\ufffe\uffff]+/gu;

/** Text as markup that shows it; what cannot be shown becomes a space. */
export function escapeMarkup(text: string): string {
  return text.replace(unprintable, " ").replace(/[&<>"']/g, (found) => entities[found] as string);
}
