/**
 * Facts about one occupant of four pages and windows beside, over and inside it.
 */

import { occupant, pages } from "./declare.ts";
import type { Fact, ScriptContext } from "./fact.ts";

const owner = [occupant(16, 4)];
const lost = { hint: "elsewhere", noreplace: "EEXIST" } as const;
const won = { hint: "exact", noreplace: "exact" } as const;

export const overlapFacts: readonly Fact[] = [
  row("1", "free range", { occupants: [], window: pages(16, 4), expected: won }),
  row("2", "the same range is taken", { window: pages(16, 4) }),
  row("3", "superset of a mapping", { window: pages(15, 6), whereBuggy: "exact" }),
  row("4", "inside a mapping", { window: pages(17, 2) }),
  row("5", "overlaps a mapping's start", { window: pages(14, 4), whereBuggy: "exact" }),
  row("6", "overlaps a mapping's end", { window: pages(18, 4) }),
  row("7", "adjacent below", { window: pages(14, 2), expected: won }),
  row("7", "adjacent above", { window: pages(20, 2), expected: won }),
  {
    kind: "script",
    row: "8",
    title: "the occupant's bytes after these",
    occupants: owner,
    expected: { hint: "intact", noreplace: "intact" },
    whereBuggy: "destroyed",
    run: askAround,
  },
  row("9", "rounds up into a mapped page", {
    window: pages(15, 1, 1),
    whereBuggy: "exact",
  }),
  row("10", "occupant is PROT_NONE", { occupants: [occupant(16, 4, "none")] }),
  row("10", "occupant is read-only", { occupants: [occupant(16, 4, "read-only")] }),
  row("10", "occupant is a shared file", {
    occupants: [occupant(16, 4, "shared file")],
    needs: "files",
  }),
  row("10", "new mapping is file-backed, taken", { backing: "file", needs: "files" }),
  row("11", "together with MAP_FIXED, taken", {
    expected: { "fixed+noreplace": "EEXIST" },
    skip: ({ flag }) =>
      flag.verdict === "ignored" || flag.verdict === "relocating"
        ? "without the flag this is plain MAP_FIXED, which replaces what it finds"
        : undefined,
  }),
];

type Change = Partial<Omit<Extract<Fact, { kind: "window" }>, "kind" | "row" | "title">>;

function row(name: string, title: string, change: Change): Fact {
  const usual = { occupants: owner, window: pages(16, 4), expected: lost };
  return { kind: "window", row: name, title, ...usual, ...change };
}

/** Every position of a window of one to six pages that shares a page with the occupant. */
function askAround({ ground, ask, occupants }: ScriptContext) {
  for (let count = 1; count <= 6; count++) {
    for (let from = 17 - count; from < 20; from++) {
      const window = pages(from, count)(ground);
      const result = ask(window);
      if (result >= 0) ground.kernel.munmap(result, window.bytes);
      if (result === window.at) return occupants();
    }
  }
  return occupants();
}
