import { firstFit } from "./first-fit.ts";
import { MapsFile } from "./maps-file.ts";
import { MapsLines } from "./maps-lines.ts";
import { RangeSet } from "./range-set.ts";
import type { Search } from "./search.ts";

/** Knows what it maps and unmaps itself; a lost place shows that the rest is out of date. */
export const cachedMaps: Search = {
  id: "cached-maps",
  summary: "reads /proc/self/maps once, keeps the gaps, and reads again after a lost place",
  open: ({ calls, pageBytes }) => {
    const file = new MapsFile(calls);
    const lines = new MapsLines(pageBytes);
    let taken: RangeSet | undefined;
    const readAgain = (): RangeSet => {
      lines.begin(file.read());
      taken = RangeSet.of(lines);
      return taken;
    };
    return {
      find(constraints, from) {
        const remembered = taken && firstFit(taken, constraints, from);
        return remembered ?? firstFit(readAgain(), constraints, from);
      },
      learn(at, bytes, fate) {
        if (fate === "lost") taken = undefined;
        else if (fate === "placed") taken?.add(at, at + bytes);
        else taken?.remove(at, at + bytes);
      },
      close() {
        taken = undefined;
      },
    };
  },
};
