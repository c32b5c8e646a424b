import assert from "node:assert/strict";
import { test } from "node:test";
import { planOrder } from "../orchestrate/plan.ts";
import { spread } from "./spread.ts";

/** The share of attempts that find their window held, with one actor and its ring of held ones. */
function lostShare(windows: number): number {
  const order = planOrder("random", windows, 7, 0);
  const ring: (number | undefined)[] = Array(spread.hold(1, windows) + 1);
  const held = new Set<number>();
  const attempts = 20 * order.length;
  let lost = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const window = order[attempt % order.length] as number;
    if (held.has(window)) lost++;
    else ring[attempt % ring.length] = window;
    held.add(window);
    const oldest = (attempt + 1) % ring.length;
    held.delete(ring[oldest] ?? -1);
    ring[oldest] = undefined;
  }
  return lost / attempts;
}

test("spread.hold() makes a third of the attempts lose", () => {
  for (const windows of [16, 64, 256, 1024]) {
    const share = lostShare(windows);
    assert.ok(Math.abs(share - 1 / 3) < 0.03, `${windows} windows: ${share}`);
  }
  assert.ok(spread.hold(64, 1) >= 1);
});

test("spread.hold() does so with many windows", () => {
  assert.ok(Math.abs(lostShare(16_384) - 1 / 3) < 0.03);
});
