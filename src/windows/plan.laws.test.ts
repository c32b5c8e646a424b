/** What holds for every arena, whatever was asked for and whatever is mapped. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { UsageError } from "../errors.ts";
import { address, type Mapping, type Window } from "../model.ts";
import { mappingsIn } from "../sys/maps.ts";
import { four, mapping, pageBytes, process64, stack } from "./plan.test.data.ts";
import { type Arena, type ArenaRequest, planArena, slotBytes } from "./plan.ts";

const endOf = (window: Window): number => window.start + window.bytes;
const slotOf = (at: number): number => Math.floor(at / slotBytes);

const requests: fc.Arbitrary<ArenaRequest> = fc.record({
  windows: fc.integer({ min: 1, max: 40 }),
  windowBytes: fc.oneof(
    fc.integer({ min: 1, max: 4096 }).map((pages) => pages * pageBytes),
    fc.integer({ min: 1, max: 2 ** 26 }).map((pages) => pages * pageBytes),
    fc.constant(2 ** 21 - pageBytes),
  ),
  pageBytes: fc.constant(pageBytes),
  anchored: fc.boolean(),
  at: fc.option(
    fc
      .integer({ min: slotBytes / pageBytes, max: 2 ** 34 })
      .map((page) => address(page * pageBytes)),
    { nil: undefined },
  ),
});
const others = fc.array(
  fc
    .tuple(fc.nat({ max: 255 }), fc.nat({ max: 2 ** 24 }), fc.integer({ min: 1, max: 2 ** 20 }))
    .map(([slot, page, pages]) => {
      const start = slot * slotBytes + page * pageBytes;
      return mapping(start, start + pages * pageBytes);
    }),
  { maxLength: 6 },
);

test("planArena() keeps windows apart from each other, slot ends, anchors and mappings", () => {
  fc.assert(
    fc.property(requests, others, (request, foreign) => {
      const mappings = [...foreign, stack];
      const arena = planOrRefuse(request, mappings);
      if (!arena) return;
      const { start, end, windows, anchors } = arena;
      assert.equal(windows.length, request.windows);
      assert.equal(start, request.at ?? start);
      assert.deepEqual(mappingsIn(mappings, start, end), []);
      windows.reduce((above, window) => {
        assert.ok(window.start >= above + pageBytes, "a page's gap below");
        assert.equal(slotOf(window.start), slotOf(endOf(window) - 1), "within one slot");
        return endOf(window);
      }, start as number);
      assert.ok(endOf(windows.at(-1) as Window) + pageBytes <= end, "a page's gap at the end");
      for (const anchor of anchors) {
        assert.deepEqual(mappingsIn(mappings, anchor, anchor + pageBytes), []);
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("planArena() keeps windows a page away from anchors", () => {
  const touching: ArenaRequest[] = [
    // The only window begins where the next slot's anchor is.
    { ...four, windows: 1, at: address(0x2800_0000_0000 - 2 ** 21) },
    // The windows fill a slot to the byte where its end anchor begins.
    { ...four, windows: 27, windowBytes: 9709 * 2 ** 21 - pageBytes },
  ];
  fc.assert(
    fc.property(requests, (request) => {
      const { windows, anchors } = planOrRefuse(request, process64) ?? { windows: [], anchors: [] };
      for (const anchor of anchors) {
        const near = windows.find((w) => w.start <= anchor + pageBytes && endOf(w) >= anchor);
        assert.equal(near, undefined, `near the anchor at ${anchor.toString(16)}`);
      }
    }),
    { seed: 1, numRuns: 300, examples: touching.map((request): [ArenaRequest] => [request]) },
  );
});

/** The arena, or undefined where the place asked for is refused. */
function planOrRefuse(request: ArenaRequest, mappings: readonly Mapping[]): Arena | undefined {
  try {
    return planArena(request, mappings);
  } catch (error) {
    assert.ok(error instanceof UsageError);
    return undefined;
  }
}
