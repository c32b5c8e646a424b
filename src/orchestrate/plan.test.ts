import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { strategies } from "../strategies/index.ts";
import { smallOptions } from "./plan.test.data.ts";
import {
  affordableForks,
  assumeOverheads,
  forkMsOf,
  planBlocks,
  planOrder,
  planRun,
  roundsWithin,
  trialSpecsOf,
} from "./plan.ts";

const ids = strategies.map(({ id }) => id);
const seed = fc.nat({ max: 2 ** 32 - 1 });
const someIds = fc.subarray(ids, { minLength: 1 });

const blockMs = 24;

test("planRun() gives strategies that clobber forks of their own", () => {
  const { forks } = planRun(smallOptions({ strategies: ids, forks: 2 }));
  const sound = ids.filter((id) => id !== "fixed");
  assert.deepEqual(
    forks.map((fork) => fork.strategies),
    [sound, ["fixed"], sound, ["fixed"]],
  );
  assert.deepEqual(
    forks.map((fork) => fork.index),
    [0, 1, 2, 3],
  );
  const alone = planRun(smallOptions({ strategies: ["fixed"], forks: 3 }));
  assert.deepEqual(
    alone.forks.map((fork) => fork.strategies),
    [["fixed"], ["fixed"], ["fixed"]],
  );
});

test("planRun() gives neighbouring seeds no fork in common", () => {
  const seeds = [1, 2, 3].flatMap((chosen) =>
    planRun(smallOptions({ seed: chosen, forks: 20 })).forks.map((fork) => fork.seed),
  );
  assert.equal(new Set(seeds).size, 60);
});

test("planRun() plans the same run for the same options", () => {
  const options = smallOptions({ strategies: ids, forks: 5, seed: 2 ** 32 - 2 });
  assert.deepEqual(planRun(options), planRun(options));
  assert.ok(planRun(options).forks.every((fork) => fork.seed >= 0 && fork.seed < 2 ** 32));
});

test("trialSpecsOf() has each scenario with each number of actors that it can have", () => {
  const options = smallOptions({
    scenarios: ["occupied", "hot", "spread", "solo"],
    actors: [1, 4],
  });
  assert.deepEqual(
    trialSpecsOf(options).map((spec) => Object.values(spec)),
    [
      ["occupied", 1, 64, 65_536, 0],
      ["occupied", 4, 64, 65_536, 0],
      ["hot", 1, 1, 65_536, 0],
      ["hot", 4, 1, 65_536, 0],
      ["spread", 1, 64, 65_536, 32],
      ["spread", 4, 64, 65_536, 8],
      ["solo", 1, 4, 65_536, 0],
    ],
  );
  assert.deepEqual(
    trialSpecsOf({ ...options, windows: 8, hold: 3 }).map(({ windows, hold }) => [windows, hold]),
    [8, 8, 1, 1, 8, 8, 8].map((windows) => [windows, 3]),
  );
});

test("planBlocks() warms every strategy up, then gives each its turn in every round", () => {
  fc.assert(
    fc.property(someIds, fc.nat({ max: 9 }), seed, (some, rounds, chosen) => {
      const blocks = planBlocks(some, { rounds, blockMs }, chosen);
      assert.deepEqual(blocks, planBlocks(some, { rounds, blockMs }, chosen));
      assert.equal(blocks.length, some.length * (rounds + 1));
      blocks.forEach(({ warmup, ms }, index) => {
        assert.equal(warmup, index < some.length);
        assert.ok(ms > 0);
      });
      for (let round = 0; round <= rounds; round++) {
        const turn = blocks.slice(round * some.length, (round + 1) * some.length);
        assert.deepEqual(turn.map(({ strategy }) => strategy).sort(), some.toSorted());
      }
    }),
    { seed: 1 },
  );
});

test("planBlocks() mirrors every second round: A B B A", () => {
  fc.assert(
    fc.property(someIds, fc.integer({ min: 1, max: 4 }), seed, (some, pairs, chosen) => {
      const order = planBlocks(some, { rounds: 2 * pairs, blockMs }, chosen)
        .slice(some.length)
        .map(({ strategy }) => strategy);
      for (let pair = 0; pair < pairs; pair++) {
        const turns = order.slice(2 * pair * some.length, 2 * (pair + 1) * some.length);
        assert.deepEqual(turns, turns.toReversed());
      }
    }),
    { seed: 1 },
  );
});

test("planBlocks() opens with each of two in about half of the forks", () => {
  // Neighbouring seeds, as the trials of a run have them, must not give the same order.
  for (const trial of [0, 1, 2, 3]) {
    const openers = Array.from({ length: 100 }, (_, fork) => {
      const blocks = planBlocks(["a", "b"], { rounds: 2, blockMs }, (fork + 1) * 1000 + trial);
      return blocks[2]?.strategy;
    });
    const count = openers.filter((opener) => opener === "a").length;
    assert.ok(count > 25 && count < 75, `a opens trial ${trial} in ${count} of 100 forks`);
  }
});

test("planOrder() repeats itself for the same seed and actor, within the windows", () => {
  const kind = fc.constantFrom("cyclic", "random");
  const windows = fc.integer({ min: 1, max: 4096 });
  fc.assert(
    fc.property(kind, windows, seed, fc.nat({ max: 63 }), (order, count, chosen, actor) => {
      const planned = planOrder(order, count, chosen, actor);
      assert.deepEqual(planned, planOrder(order, count, chosen, actor));
      assert.equal(planned.length & (planned.length - 1), 0, "a power of two");
      assert.ok(planned.every((window) => window < count));
      if (order === "cyclic") assert.equal(new Set(planned).size, count);
    }),
    { seed: 1, numRuns: 40 },
  );
  assert.notDeepEqual(planOrder("random", 64, 7, 0), planOrder("random", 64, 7, 1));
  assert.notDeepEqual(planOrder("random", 64, 7, 0), planOrder("random", 64, 8, 0));
});

test("planOrder() asks for every window, however many", () => {
  assert.equal(new Set(planOrder("cyclic", 16_384, 7, 0)).size, 16_384);
});

/** Arms of a fork: trials times strategies. */
const arms = fc.integer({ min: 1, max: 160 });
const budget = fc.integer({ min: -5000, max: 600_000 });

test("roundsWithin() takes the most rounds that the budget allows, and at least one", () => {
  const overheads = fc.record({ forkMs: fc.nat({ max: 5000 }), blockMs: fc.nat({ max: 50 }) });
  fc.assert(
    fc.property(arms, budget, overheads, (cost, budgetMs, over) => {
      const rounds = roundsWithin(budgetMs, { cost, blockMs }, over);
      assert.ok(rounds === 1 || forkMsOf({ cost, rounds, blockMs }, over) <= budgetMs);
      assert.ok(forkMsOf({ cost, rounds: rounds + 1, blockMs }, over) > budgetMs);
    }),
    { seed: 1 },
  );
});

test("affordableForks() fit into the time, at least one and at most ten", () => {
  fc.assert(
    fc.property(arms, budget, (cost, timeMs) => {
      const forks = affordableForks(timeMs, { cost, blockMs }, null, 1, assumeOverheads(4));
      const forkMs = forkMsOf({ cost, rounds: 1, blockMs }, assumeOverheads(4));
      assert.ok(Number.isInteger(forks) && forks >= 1 && forks <= 10);
      assert.ok(forks === 1 || forks * forkMs <= timeMs);
    }),
    { seed: 1 },
  );
});

test("forkMsOf() grows by as much for every arm and every round", () => {
  const over = { forkMs: 400, blockMs: 2 };
  assert.equal(forkMsOf({ cost: 1, rounds: 0, blockMs }, over), 400 + 4 + 2);
  assert.equal(
    forkMsOf({ cost: 6, rounds: 3, blockMs }, over),
    400 + 6 * (4 + 3 * blockMs + 4 * 2),
  );
});
