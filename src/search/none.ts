import { firstFit, type Ranges } from "./first-fit.ts";
import type { Search, Searcher } from "./search.ts";

const nothing: Ranges = { seek: () => false, start: 0, end: 0 };

const searcher: Searcher = {
  find: (constraints, from) => firstFit(nothing, constraints, from),
  learn() {},
  close() {},
};

/** Leaves the looking to mmap: what programs do that step through addresses of their own choice. */
export const none: Search = {
  id: "none",
  summary: "does not look: the lowest place in the range, taken or not",
  open: () => searcher,
};
