import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Command } from "@commander-js/extra-typings";
import fc from "fast-check";
import { defaultMetrics } from "../src/gate/metrics.ts";
import { contender, type Metric, policySchema } from "../src/results/policy-schema.ts";
import type { BenchOptions } from "../src/results/schema.ts";
import { scenarios } from "../src/scenarios/index.ts";
import { strategies } from "../src/strategies/index.ts";
import { addRaceOptions, completeOptions } from "./race-options.ts";
import { pacedWords, sideWords, wordsOf } from "./race-words.ts";

const policy = policySchema.parse({});

function parse(words: readonly string[]) {
  const command = addRaceOptions(new Command()).exitOverride();
  command.configureOutput({ writeErr: () => {} });
  return command.parse([...words], { from: "user" }).opts();
}

/** What the words ask for, with time enough for anything. */
function optionsOf(words: readonly string[], forks = 1): BenchOptions {
  return completeOptions(parse([...words, ...pacedWords(forks)]));
}

/** But for what is left to whoever asks. */
function shaping({ timeSeconds: _, forks: __, ...options }: BenchOptions) {
  return options;
}

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const whole = (min: number, max: number) => fc.integer({ min, max });
const someOf = (registry: readonly { readonly id: string }[]) =>
  fc.subarray(
    registry.map(({ id }) => id),
    { minLength: 1 },
  );

/** Every valid combination; few actors, so that a day is long enough. */
const arbitraryOptions: fc.Arbitrary<BenchOptions> = fc
  .record({
    scenarios: someOf(scenarios),
    strategies: someOf(strategies),
    actors: fc
      .uniqueArray(whole(1, 64), { minLength: 1, maxLength: 4 })
      .map((numbers) => numbers.sort((a, b) => a - b)),
    windows: orNull(whole(1, 16_384)),
    windowBytes: fc.oneof(whole(4096, 2 ** 31 - 1), fc.constantFrom(2 ** 20, 2 ** 38)),
    hold: orNull(whole(0, 10_000)),
    prot: fc.constantFrom("none" as const, "r" as const, "rw" as const),
    touch: fc.boolean(),
    arena: orNull(fc.maxSafeNat().map((address) => `0x${Math.max(1, address).toString(16)}`)),
    anchored: fc.boolean(),
    pinned: fc.boolean(),
    vmas: whole(0, 60_000),
    interlopers: fc.tuple(whole(0, 16), whole(0, 16)).map(([map, fault]) => ({ map, fault })),
    seed: fc.nat(2 ** 31 - 1).map((seed) => seed * 2 + 1),
    timeSeconds: whole(1, 86_400),
    forks: whole(1, 1000),
    rounds: orNull(whole(1, 1000)),
    blockMs: whole(1, 1000),
    probe: fc.constantFrom("auto" as const, "native" as const, "libc" as const),
    pretendOldKernel: fc.boolean(),
  })
  .map((options) => ({ ...options, prot: options.touch ? "rw" : options.prot }))
  .filter((options) => !options.touch || !options.strategies.includes("fixed"));

describe("wordsOf()", () => {
  test("writes what the parser reads back as the same options", () => {
    fc.assert(
      fc.property(arbitraryOptions, (options) => {
        assert.deepEqual(shaping(optionsOf(wordsOf(options))), shaping(options));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test("writes the options that nobody named, too", () => {
    const defaults = completeOptions(parse([]));
    assert.deepEqual(shaping(optionsOf(wordsOf(defaults))), shaping(defaults));
  });

  test("knows every option of a race but the time and the forks", () => {
    const unusual = optionsOf([
      ...["--windows", "8", "--hold", "1", "--touch", "--arena", "0x200000000000"],
      ...["--no-anchor", "--no-pin", "--interlopers", "map:1,fault:2", "--rounds", "3"],
      "--pretend-old-kernel",
    ]);
    const written = wordsOf(unusual).filter((word) => word.startsWith("--"));
    const all = addRaceOptions(new Command()).options.map(({ long }) => long ?? "");
    assert.deepEqual(
      [...written, "--time", "--forks"].sort(),
      all.sort(),
      "an option that is not written measures something else",
    );
  });
});

describe("sideWords()", () => {
  const given = sideWords(defaultMetrics, policy, 7, []);

  test("measures all that the metrics need, once, as the policy says", () => {
    const options = optionsOf(given);
    assert.deepEqual(options.scenarios, ["occupied", "spread"]);
    assert.deepEqual(options.strategies, ["hint-munmap", "fixed-noreplace", "kernel-chosen"]);
    assert.deepEqual(options.actors, [1]);
    assert.deepEqual([options.rounds, options.blockMs], [policy.rounds, policy.blockMs]);
    assert.equal(options.seed, 7);
  });

  /** Of every option that both give: a value of the side's own, and what comes of it. */
  const own: readonly [flag: string, value: string, field: keyof BenchOptions, found: unknown][] = [
    ["--scenario", "solo", "scenarios", ["solo"]],
    ["--actors", "2,3", "actors", [2, 3]],
    ["--strategy", "noreplace-or-hint,kernel-chosen", "strategies", undefined],
    ["--rounds", "3", "rounds", 3],
    ["--block-ms", "9", "blockMs", 9],
    ["--seed", "11", "seed", 11],
  ];

  test("gives just the options of which a side may have its own", () => {
    assert.deepEqual(
      given.filter((word) => word.startsWith("--")).sort(),
      own.map(([flag]) => flag).sort(),
    );
  });

  for (const [flag, value, field, found = value.split(",")] of own) {
    for (const words of [[flag, value], [`${flag}=${value}`]]) {
      test(`lets the side's ${words.join(" ")} take the place of the metrics'`, () => {
        const side = sideWords(defaultMetrics, policy, 7, words);
        assert.deepEqual(side.slice(-words.length), words);
        assert.equal(side.filter((word) => word.split("=")[0] === flag).length, 1);
        assert.deepEqual(optionsOf(side), { ...optionsOf(given), [field]: found });
      });
    }
  }

  test("keeps the side's own words in their order, whatever they are", () => {
    const words = ["--no-pin", "--rounds=3", "--hold", "2", "--rounds=4"];
    const side = sideWords(defaultMetrics, policy, 7, words);
    assert.deepEqual(side.slice(-words.length), words);
    const { rounds, hold, pinned } = optionsOf(side);
    assert.deepEqual({ rounds, hold, pinned }, { rounds: 4, hold: 2, pinned: false });
  });

  test("gives way to all the options of another run", () => {
    fc.assert(
      fc.property(arbitraryOptions, (options) => {
        const rounds = options.rounds ?? policy.rounds;
        const side = optionsOf(sideWords(defaultMetrics, policy, 7, wordsOf(options)));
        assert.deepEqual(shaping(side), shaping({ ...options, rounds }));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test("writes what bench takes, whatever a policy may say", () => {
    const [metric] = defaultMetrics;
    const taken = [0, 1, 1.5, 64, 65, 1000, 1001].map((value) => {
      const policies = [
        { rounds: value },
        { blockMs: value },
        { metrics: [{ ...metric, actors: value }] },
      ].map((fields) => policySchema.safeParse(fields));
      return policies.map(({ success, data }) => {
        if (success) optionsOf(sideWords(data.metrics ?? defaultMetrics, data, 7, []));
        return success ? "takes" : "refuses";
      });
    });
    assert.deepEqual(new Set(taken.flat()), new Set(["takes", "refuses"]));
  });

  test("leaves the strategies to the side where the metrics name none", () => {
    const metric: Metric = {
      ...{ scenario: "spread", actors: 1, strategy: contender, against: contender },
      ...{ figure: "lost-p50", againstFigure: "placed-p50" },
    };
    const strategiesOf = (words: string[]) =>
      optionsOf(sideWords([metric], policy, 7, words)).strategies;
    assert.deepEqual(strategiesOf(["--strategy", "hint-munmap"]), ["hint-munmap"]);
    assert.deepEqual(strategiesOf([]), completeOptions(parse([])).strategies);
    const half = { ...metric, against: "kernel-chosen" };
    assert.deepEqual(optionsOf(sideWords([half], policy, 7, [])).strategies, ["kernel-chosen"]);
  });
});

test("pacedWords() asks for so many forks, and for more time than they take", () => {
  const options = optionsOf(sideWords(defaultMetrics, policy, 1, []), 40);
  assert.deepEqual([options.forks, options.timeSeconds], [40, 86_400]);
});
