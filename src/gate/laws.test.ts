import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { armsOf } from "../report/sample-run.test.data.ts";
import { gateSchema, type LawResult } from "../results/gate-schema.ts";
import { distributionOf } from "../results/histogram.ts";
import { type Run, runSchema } from "../results/schema.ts";
import { checkLaws } from "./laws.ts";
import { addTo, armOf, forkOf, recount, replaceIn, soundRun } from "./sound-run.test.data.ts";

const laws = {
  captured: "capture found no violation",
  outcomes: "attempts = placed + rejected + misplaced + failed",
  unmapped: "every mapping is unmapped: cleanups = misplaced, releases = placed",
  timed: "every timed call is in its histogram",
  sums: "blocks and actors add up to their trial",
  oneCall: "MAP_FIXED_NOREPLACE never succeeds elsewhere: a lost attempt is one system call",
  twoCalls: "a lost hint-munmap attempt is two system calls",
  safe: "no clobber, double ownership, broken canary or leak outside the negative control",
  taken: "nobody is placed in a window that a third party holds",
  declared: "no undeclared outcome: no attempt fails",
} as const;

function check(run: Run, role = "candidate"): LawResult[] {
  return checkLaws([{ role, run }]);
}

/** The sentences by law, of the laws that are broken. */
function brokenBy(run: Run, role?: string): Record<string, string[]> {
  const broken = check(run, role).filter(({ brokenCount }) => brokenCount > 0);
  return Object.fromEntries(broken.map((result) => [result.law, result.broken]));
}

interface Sabotage {
  readonly name: string;
  readonly change: (run: Run) => void;
  /** The sentence of each law that breaks, without what is the same everywhere. */
  readonly broken: Readonly<Record<string, RegExp>>;
}

const sabotages: readonly Sabotage[] = [
  {
    name: "a violation that capture recorded",
    change: (run) => forkOf(run, 1).trials[0]?.violations.push("hint-munmap: 3 attempts, but 2"),
    broken: {
      [laws.captured]: /^candidate, fork 2, occupied, 1 actor: capture found "hint-munmap: 3 att/,
    },
  },
  {
    name: "a lost attempt",
    change: (run) => recount(armOf(run, "kernel-chosen", "solo"), { attempts: 1 }),
    broken: {
      [laws.outcomes]: /, solo, 1 actor, kernel-chosen: \d+ attempts, but \d+ outcomes \(\d+ plac/,
    },
  },
  {
    name: "a dropped cleanup unmap, which is a leak and a system call too few",
    change: (run) => recount(armOf(run, "hint-munmap", "occupied", 2), { cleanups: -1 }),
    broken: {
      [laws.unmapped]:
        /^candidate, fork 2, occupied, 2 actors, hint-munmap: \d+ mis.* unmaps: 1 mapping leaked$/,
      [laws.twoCalls]: /: (\d+) lost attempts, but \1 misplaced mappings and \d+ cleanup unmaps: n/,
    },
  },
  {
    name: "a cleanup of what was not misplaced",
    change: (run) => recount(armOf(run, "fixed-noreplace", "solo"), { cleanups: 1 }),
    broken: {
      [laws.unmapped]: /: 0 misplaced mappings, but 1 cleanup unmap: something else was unmapped$/,
      [laws.oneCall]: /: 0 misplaced mappings and 1 cleanup unmap, but the kernel supports the fl/,
    },
  },
  {
    name: "two windows that are never released",
    change: (run) => recount(armOf(run, "fixed-noreplace", "solo"), { releases: -2 }),
    broken: { [laws.unmapped]: /: \d+ placed windows, but \d+ releases: 2 mappings leaked$/ },
  },
  {
    name: "a misplaced mapping that is taken for the window",
    change: (run) =>
      recount(armOf(run, "hint-munmap", "occupied"), {
        ...{ misplaced: -1, cleanups: -1, placed: 1, releases: 1 },
      }),
    broken: { [laws.taken]: /: 1 placed window, but a third party holds all: there should be 0$/ },
  },
  {
    name: "a misplaced mapping in spite of the flag",
    change: (run) =>
      recount(armOf(run, "fixed-noreplace", "spread"), { rejected: -1, misplaced: 1, cleanups: 1 }),
    broken: {
      [laws.oneCall]: /spread, .*: 1 misplaced mapping and 1 cleanup unmap, but the kernel support/,
    },
  },
  {
    name: "a misplaced mapping in spite of the flag, and never unmapped",
    change: (run) =>
      recount(armOf(run, "fixed-noreplace", "spread"), { rejected: -1, misplaced: 1 }),
    broken: {
      [laws.unmapped]: /: 1 misplaced mapping, but 0 cleanup unmaps: 1 mapping leaked$/,
      [laws.oneCall]: /: 1 misplaced mapping and 0 cleanup unmaps, but the kernel supports the f/,
    },
  },
  {
    name: "a hint that was rejected",
    change: (run) =>
      recount(armOf(run, "hint-munmap", "spread"), { rejected: 2, misplaced: -2, cleanups: -2 }),
    broken: { [laws.twoCalls]: /: \d+ lost attempts, but \d+ misplaced mappings and \d+ cleanup / },
  },
  {
    name: "a lost histogram",
    change: (run) => {
      delete armOf(run, "hint-munmap", "occupied").distributions.lost;
    },
    broken: { [laws.timed]: /, hint-munmap: lost: \d+ calls, but no histogram$/ },
  },
  {
    name: "a histogram that was dropped",
    change: (run) => {
      Object.assign(armOf(run, "fixed", "hot").distributions.release ?? {}, { histogram: null });
    },
    broken: {
      [laws.timed]: /, fork 3, hot, 1 actor, fixed: release: \d+ calls, but its histogram /,
    },
  },
  {
    name: "a truncated histogram",
    change: (run) => {
      const { placed } = armOf(run, "fixed-noreplace", "hot").distributions;
      if (placed) placed.histogram = placed.histogram?.slice(0, -8) ?? null;
    },
    broken: { [laws.timed]: /placed: \d+ calls, but its histogram does not decode$/ },
  },
  {
    name: "a call that its histogram lacks",
    change: (run) => {
      const arm = armOf(run, "fixed-noreplace", "occupied");
      const one = { ticks: Uint32Array.of(700), counts: Uint32Array.of(1) };
      const { histogram } = distributionOf([one], 1) ?? assert.fail();
      if (arm.distributions.rejected) arm.distributions.rejected.histogram = histogram;
    },
    broken: { [laws.timed]: /rejected: \d+ calls, but 1 in its histogram$/ },
  },
  {
    name: "a call that its quantiles lack",
    change: (run) => {
      const { rejected } = armOf(run, "fixed-noreplace", "occupied").distributions;
      if (rejected) rejected.quantiles.count--;
    },
    broken: { [laws.timed]: /rejected: \d+ calls, but \d+ behind its quantiles$/ },
  },
  {
    name: "a histogram of calls that nobody made",
    change: (run) => {
      const { distributions } = armOf(run, "hint-munmap", "occupied");
      if (distributions.lost) distributions.release = distributions.lost;
    },
    broken: { [laws.timed]: /release: 0 calls, but \d+ behind its quantiles$/ },
  },
  {
    name: "an attempt in no block",
    change: (run) => addTo(armOf(run, "hint-munmap", "hot").blocks.attempts, -1),
    broken: { [laws.sums]: /: \d+ attempts, but \d+ in all blocks$/ },
  },
  {
    name: "a placed window in no block",
    change: (run) => addTo(armOf(run, "hint-munmap", "hot").blocks.placed, -1),
    broken: { [laws.sums]: /: \d+ placed windows, but \d+ in all blocks$/ },
  },
  {
    name: "a placed window of no actor",
    change: (run) => addTo(armOf(run, "hint-munmap", "hot", 2).placedByActor, -1),
    broken: { [laws.sums]: /, 2 actors, .*: \d+ placed windows, but \d+ in all actors$/ },
  },
  {
    name: "uneven arrays",
    change: (run) => {
      const { blocks } = armOf(run, "hint-munmap", "hot");
      blocks.wallNs.pop();
      blocks.latencies.release.p90.push(null);
    },
    broken: { [laws.sums]: /: 4 blocks in order, but 3 in wallNs, 5 in latencies\.release\.p90$/ },
  },
  {
    name: "a clobber by a contender",
    change: (run) => {
      armOf(run, "fixed-noreplace", "hot", 2).safety.clobbers = 1;
    },
    broken: { [laws.safe]: /, fixed-noreplace: 1 clobber, but there should be 0$/ },
  },
  {
    name: "harm of all other kinds",
    change: (run) => {
      const harm = { doubleOwners: 2, canaries: 1, leaks: 3 };
      Object.assign(armOf(run, "kernel-chosen", "hot").safety, harm);
    },
    broken: { [laws.safe]: /: 2 double ownerships, 1 broken canary, 3 leaks, but there should / },
  },
  {
    name: "a failed attempt",
    change: (run) => {
      const arm = armOf(run, "fixed-noreplace", "solo");
      recount(arm, { failed: 3, attempts: 3 });
      arm.errnos = { ENOMEM: 2, EPERM: 1 };
    },
    broken: {
      [laws.declared]: /: 3 failed attempts \(ENOMEM 2, EPERM 1\), but there should be 0$/,
    },
  },
  {
    name: "a clobber in a fork that crashed over it, by a strategy of another version",
    change: (run) => {
      const arm = armOf(run, "fixed-noreplace", "occupied");
      recount(arm, { placed: 1, releases: 1, rejected: -1 });
      Object.assign(arm, { strategy: "fixed-2" }).safety.clobbers = 1;
      Object.assign(forkOf(run, 1), { status: "crashed", error: "clobber" });
    },
    broken: { [laws.safe]: /fixed-2: 1 clobber/, [laws.taken]: /fixed-2: 1 placed window/ },
  },
];

/** What looks odd, and breaks nothing. */
const oddities: readonly { name: string; role?: string; change: (run: Run) => void }[] = [
  { name: "no forks", change: (run) => run.forks.splice(0) },
  { name: "a clobber by the negative control", change: clobberByControl },
  {
    name: "strays",
    change: (run) => Object.assign(armOf(run, "fixed", "hot").safety, { strays: 3 }),
  },
  { name: "a baseline without histograms", role: "baseline", change: dropHistograms },
  { name: "a kernel that takes the flag for a hint", change: ignoreFlag },
  {
    name: "a kernel that is taken for an old one",
    change: (run) => {
      ignoreFlag(run);
      run.flagVerdict = "supported";
      run.options.pretendOldKernel = true;
    },
  },
  {
    name: "a kernel that rejects the flag",
    change: (run) => {
      run.flagVerdict = "rejected";
      const arm = armOf(run, "fixed-noreplace", "occupied");
      recount(arm, { failed: 5, rejected: -5 });
      arm.errnos = { EOPNOTSUPP: 5 };
    },
  },
];

function clobberByControl(run: Run): void {
  const harm = { clobbers: 7, doubleOwners: 7, canaries: 7, leaks: 7 };
  Object.assign(armOf(run, "fixed", "occupied").safety, harm);
}

function dropHistograms(run: Run): void {
  for (const { arm } of armsOf(run)) {
    for (const distribution of Object.values(arm.distributions)) distribution.histogram = null;
  }
}

function ignoreFlag(run: Run): void {
  run.flagVerdict = "ignored";
  const arm = armOf(run, "fixed-noreplace", "occupied");
  const { rejected } = arm.counts;
  recount(arm, { rejected: -rejected, misplaced: rejected, cleanups: rejected });
}

describe("checkLaws()", () => {
  test("says of every law, in one order, how often it was looked at", () => {
    const results = check(soundRun());
    assert.deepEqual(
      results.map(({ law }) => law),
      Object.values(laws),
    );
    // 2 forks of 7 trials and 3 strategies, and 2 of 7 trials with the negative control.
    assert.deepEqual(
      results.map(({ checked }) => checked),
      [28, 56, 56, 56, 56, 14, 14, 42, 8, 56],
    );
    assert.deepEqual(brokenBy(soundRun()), {});
  });

  for (const { name, change, broken } of sabotages) {
    test(`finds ${name}`, () => {
      const run = soundRun();
      change(run);
      const found = brokenBy(runSchema.parse(run));
      assert.deepEqual(Object.keys(found), Object.keys(broken));
      for (const [law, sentence] of Object.entries(broken)) {
        assert.equal(found[law]?.length, 1);
        assert.match(found[law]?.[0] ?? "", sentence);
      }
    });
  }

  for (const { name, role, change } of oddities) {
    test(`holds with ${name}`, () => {
      const run = soundRun();
      change(run);
      assert.deepEqual(brokenBy(runSchema.parse(run), role), {});
    });
  }

  test("lets only the baseline go without histograms", () => {
    const run = soundRun();
    dropHistograms(run);
    for (const role of ["candidate", "baseline-again"]) {
      assert.deepEqual(Object.keys(brokenBy(run, role)), [laws.timed]);
    }
    const { placed } = armOf(run, "hint-munmap", "solo").distributions;
    if (placed) placed.quantiles.count++;
    assert.match(brokenBy(run, "baseline")[laws.timed]?.[0] ?? "", /behind its quantiles$/);
  });

  test("excuses failures without the flag only where a strategy insists on it", () => {
    for (const strategy of ["fixed-noreplace", "noreplace-or-hint", "hint-munmap", "fixed-2"]) {
      const run = soundRun();
      const arm = armOf(run, "fixed-noreplace", "solo");
      recount(arm, { failed: 1, attempts: 1 });
      Object.assign(arm, { strategy });
      run.flagVerdict = "rejected";
      const broken = strategy === "fixed-noreplace" ? [] : [laws.declared];
      assert.deepEqual(Object.keys(brokenBy(run)), broken, strategy);
    }
  });

  test("counts what it does not quote, over all sides", () => {
    const run = soundRun();
    forkOf(run, 0).trials[2]?.violations.push("one", "two", "three", "four");
    const [result] = checkLaws([
      { role: "baseline", run },
      { role: "candidate", run },
    ]);
    assert.deepEqual([result?.checked, result?.brokenCount], [56, 8]);
    assert.equal(result?.broken.length, 5);
    assert.match(result.broken[3] ?? "", /^baseline, .* capture found "four"$/);
    assert.match(result.broken[4] ?? "", /^candidate, .* capture found "one"$/);
  });

  test("never lets one count change unnoticed", () => {
    const names = Object.keys(soundRun().forks[0]?.trials[0]?.arms[0]?.counts ?? {});
    const run = soundRun({ forks: 1, actors: [1], scenarios: ["spread"] });
    const arms = armsOf(run);
    const change = fc.record({
      at: fc.nat({ max: arms.length - 1 }),
      // Refused windows are a part of the misplaced that no sum can tell.
      name: fc.constantFrom(...names.filter((name) => name !== "refused")),
      value: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(change, ({ at, name, value }) => {
        const counts: Record<string, number> = arms[at]?.arm.counts ?? assert.fail();
        const before = counts[name] ?? assert.fail();
        counts[name] = value;
        const broken = Object.keys(brokenBy(run));
        counts[name] = before;
        assert.equal(broken.length > 0, value !== before, name);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test("never throws for a run that a file may hold", () => {
    const tiny = { forks: 1, actors: [2], scenarios: ["occupied", "hot"] };
    const text = JSON.stringify(soundRun(tiny));
    const places = replaceIn(JSON.parse(text).forks, Number.POSITIVE_INFINITY, () => undefined);
    const huge = fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER);
    const mutation = fc.record({
      at: fc.nat({ max: places - 1 }),
      number: fc.oneof(huge, fc.maxSafeNat()),
      string: fc.oneof(fc.constantFrom("", "fixed", "solo", "__proto__"), fc.base64String()),
      list: fc.array(huge, { maxLength: 5 }),
      nothing: fc.constantFrom(null, {}),
      flagVerdict: fc.constantFrom("supported", "ignored", "rejected", "buggy", "relocating"),
      role: fc.constantFrom("baseline", "candidate"),
    });
    let valid = 0;
    fc.assert(
      fc.property(mutation, ({ at, number, string, list, nothing, flagVerdict, role }) => {
        const run = { ...JSON.parse(text), flagVerdict };
        replaceIn(run.forks, at, (old) => {
          if (typeof old === "number") return number;
          if (typeof old === "string") return string;
          return Array.isArray(old) ? list : nothing;
        });
        const parsed = runSchema.safeParse(run);
        if (!parsed.success) return;
        valid++;
        gateSchema.shape.laws.parse(check(parsed.data, role));
      }),
      { seed: 1, numRuns: 300 },
    );
    assert.ok(valid > 150, `${valid} valid runs`);
  });

  test("has nothing to say without sides", () => {
    assert.ok(checkLaws([]).every(({ checked, brokenCount }) => checked + brokenCount === 0));
  });
});
