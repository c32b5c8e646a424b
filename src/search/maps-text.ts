import { firstFit } from "./first-fit.ts";
import { MapsFile } from "./maps-file.ts";
import { MapsLines } from "./maps-lines.ts";
import type { Search } from "./search.ts";

/** Step (a) of the 2017 mail: reads the text whole, and parses it up to the first gap that fits. */
export const mapsText: Search = {
  id: "maps-text",
  summary: "reads /proc/self/maps whole before every attempt and takes the lowest gap that fits",
  open: ({ calls, pageBytes }) => {
    const file = new MapsFile(calls);
    const lines = new MapsLines(pageBytes);
    return {
      find(constraints, from) {
        lines.begin(file.read());
        return firstFit(lines, constraints, from);
      },
      learn() {},
      close() {},
    };
  },
};
