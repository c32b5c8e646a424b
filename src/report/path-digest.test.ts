import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PathRun } from "../results/path-schema.ts";
import { digestPath, type PathDigest } from "./path-digest.ts";
import type { WayRow } from "./path-rows.ts";
import { changedPath, drift, oddPaths, pathArmsOf, samplePath } from "./sample-path.test.data.ts";
import type { Figure } from "./samples.ts";

const forks = 6;

function rowOf(digest: PathDigest, profile: string, way: string): WayRow {
  const found = digest.profiles.find(({ name }) => name === profile);
  return found?.rows.find((row) => row.way === way) ?? assert.fail(`no ${way} in ${profile}`);
}

/** Histograms of three digits keep a value to a thousandth, and a share to one of the whole. */
function isNear(found: number | undefined, wanted: number): void {
  const off = Math.abs((found ?? 0) - wanted);
  assert.ok(off <= Math.max(1, wanted) / 900, `${found}, want ${wanted}`);
}

function isFigure(figure: Figure, [lo, median, hi]: readonly [number, number, number]): void {
  assert.ok(figure.state === "interval", "there is an interval");
  assert.equal(figure.n, forks);
  isNear(figure.lo, lo);
  isNear(figure.median, median);
  isNear(figure.hi, hi);
}

/** A time of the first fork, which takes a hundredth longer in each fork that comes. */
const drifting = (ns: number) =>
  [ns, ns * ((drift(2) + drift(3)) / 2), ns * drift(5)] as [number, number, number];

const steady = (value: number) => [value, value, value] as [number, number, number];

describe("digestPath()", () => {
  const digest = digestPath(samplePath());
  const hint = rowOf(digest, "cuda-startup", "hint-munmap");
  const flag = rowOf(digest, "cuda-startup", "fixed-noreplace");

  test("takes medians over forks, with exact intervals", () => {
    // 20 us of search, 2 us of mmap, 1 us of its own; three in ten lose 6 us and search again.
    isFigure(hint.figures.reservationP50Ns, drifting(23_000));
    isFigure(hint.figures.reservationP99Ns, drifting(49_000));
    isFigure(hint.figures.searchP50Ns, drifting(20_000));
    isFigure(hint.figures.lostP50Ns, drifting(6000));
    isFigure(flag.figures.lostP50Ns, drifting(600));
    isFigure(hint.figures.commitP50Ns, drifting(900));
    isFigure(hint.figures.freeP99Ns, drifting(1100));
  });

  test("shares a reservation's time out by the sums of whole histograms", () => {
    // 1000 x 23 us and 300 x 26 us.
    const whole = 30_800;
    isFigure(hint.figures.searchShare, steady(26_000 / whole));
    isFigure(hint.figures.losingShare, steady(1800 / whole));
    isFigure(hint.figures.winningShare, steady(2000 / whole));
    isFigure(hint.figures.otherShare, steady(1000 / whole));
    // 1000 x 14 us and 300 x 18 us.
    isFigure(hint.figures.kernelShare, steady(19_400 / whole));
    isFigure(hint.figures.parseShare, steady(8 / 20));
  });

  test("counts exactly, per reservation", () => {
    const { attempts, searches, calls, wastedBytes, staleShare, givenUpShare } = hint.figures;
    assert.deepEqual(
      [attempts, searches, wastedBytes, staleShare, givenUpShare].map(({ median }) => median),
      [1.3, 1.3, 0.3 * 2 ** 30, 300 / 1300, 0],
    );
    // A search opens, reads four times and closes; then mmap, munmap, two times four for pieces.
    assert.equal(calls.median, (1300 * 6 + 1300 + 300 + 1000 + 8000) / 1000);
    assert.deepEqual([hint.fresh, hint.stale, hint.commits], [7800, 1800, 24_000]);
    isFigure(hint.figures.reservationsPerSecond, [
      20_000 / drift(5),
      20_000 / ((drift(2) + drift(3)) / 2),
      20_000,
    ]);
  });

  test("counts a kept mapping as won, by the mean of all that were misplaced", () => {
    const { figures } = rowOf(digest, "luajit-low2g", "hint-munmap");
    // 400 x 3 us and 100 x 9 us; 300 placed and 200 kept took 2 us each, 100 lost ones 6 us.
    isFigure(figures.winningShare, steady(1000 / 2100));
    isFigure(figures.losingShare, steady(600 / 2100));
    assert.equal(figures.searchShare.median, 0);
    assert.equal(figures.parseShare.n, 0);
    assert.equal(figures.staleShare.n, 0);
  });

  test("sets every other way against today's, within forks", () => {
    assert.equal(hint.toToday, undefined);
    isFigure(flag.toToday?.reservationP50Ns ?? assert.fail(), steady(1));
    isFigure(flag.toToday?.reservationP99Ns ?? assert.fail(), steady(43_600 / 49_000));
    isFigure(flag.toToday?.lostP50Ns ?? assert.fail(), steady(0.1));
    isFigure(flag.toToday?.calls ?? assert.fail(), steady(17.4 / 18.4));
    const slowFork = changedPath((run) => {
      for (const { fork, arm } of pathArmsOf(run)) {
        if (fork !== 3) continue;
        for (const { quantiles } of Object.values(arm.distributions)) quantiles.p50 *= 10;
      }
    });
    const { toToday } = rowOf(digestPath(slowFork), "cuda-startup", "fixed-noreplace");
    isFigure(toToday?.lostP50Ns ?? assert.fail(), steady(0.1));
  });

  test("knows today's way by the profile, in whatever order the forks have run", () => {
    const turned = changedPath((run) => {
      for (const { arms } of run.forks.flatMap(({ cases }) => cases)) arms.reverse();
    });
    assert.deepEqual(digestPath(turned), digest);
    const alone = digestPath(oddPaths["today's way missing"]?.() ?? assert.fail());
    const { toToday, isToday } = rowOf(alone, "cuda-startup", "fixed-noreplace");
    assert.deepEqual([isToday, toToday?.lostP50Ns.n], [false, 0]);
  });

  test("has no interval of fewer than 6 forks, and says how many it needs", () => {
    for (const few of [1, 5]) {
      const { figures, toToday } = rowOf(
        digestPath(samplePath(few)),
        "cuda-startup",
        "fixed-noreplace",
      );
      for (const figure of [figures.reservationP50Ns, toToday?.lostP50Ns ?? assert.fail()]) {
        const { state, n } = figure;
        assert.deepEqual([state, n], ["too-few", few]);
        assert.equal(figure.state === "too-few" && figure.needed, 6);
      }
    }
  });

  test("shares nothing out where the parts are not those of the whole", () => {
    const broken = changedPath((run) => {
      const [first] = pathArmsOf(run);
      const { reservation } = first?.arm.distributions ?? {};
      if (first && reservation) first.arm.distributions.search = reservation;
    });
    const found = digestPath(broken);
    const { figures } = rowOf(found, "cuda-startup", "hint-munmap");
    assert.deepEqual([figures.searchShare.n, figures.reservationP50Ns.n], [5, 6]);
    assert.deepEqual(found.notes, [
      "Not every fork tells where the time went of hint-munmap in cuda-startup",
    ]);
  });

  test("tells the same load of several apart by name", () => {
    const { profiles } = digestPath(oddPaths["many actors"]?.() ?? assert.fail());
    assert.deepEqual(
      profiles.map(({ name }) => name),
      [
        ...["cuda-startup/2", "cuda-startup/1024+1", "cuda-startup/1024+3"],
        ...["luajit-low2g/4", "luajit-low2g/1024+0", "luajit-low2g/1024+3"],
      ],
    );
  });

  test("is pure, and takes a run that another version wrote", () => {
    const run = samplePath();
    assert.deepEqual(digestPath(run), digest);
    assert.deepEqual(run, samplePath());
    run.profiles = [];
    const [first] = digestPath(run).profiles;
    assert.deepEqual(first?.profile.ways, []);
    assert.ok(first?.rows.every(({ isToday, safety }) => !isToday && safety.sound === "unknown"));
  });

  test("shows each case that bites, with the profiles that it bites alike", () => {
    const both = changedPath((run) => {
      for (const { cases } of run.forks) cases[1]?.bites.push(...(cases[0]?.bites ?? []));
    });
    assert.deepEqual(
      digestPath(both).bites.map(({ sentence }) => sentence),
      [
        "pmd-hole bites cuda-startup, luajit-low2g: a hint for a free place is refused in 6 of " +
          "6 forks, nobody racing; with the flag the place is had",
        "growsdown-gap does not bite cuda-startup, luajit-low2g: a hint for the free place gets " +
          "it (6 forks)",
      ],
    );
    const some = changedPath((run) => {
      const [bite] = run.forks[0]?.cases[0]?.bites ?? [];
      Object.assign(bite ?? {}, { noreplace: "rejected" });
      Object.assign(run.forks[1]?.cases[0]?.bites[0] ?? {}, { hint: "placed" });
    });
    const [first] = digestPath(some).bites;
    assert.deepEqual([first?.refused, first?.forks, first?.placedByFlag], [5, 6, 4]);
    assert.match(first?.sentence ?? "", /with the flag the place is had in 4 of these$/);
  });

  test("tells what failed, what was clamped, and what was given up", () => {
    const run = changedPath((changed) => {
      for (const { arm, profile } of pathArmsOf(changed)) {
        if (arm.way !== "hint-munmap" || profile !== "luajit-low2g") continue;
        arm.errnos["ENOMEM"] = 2;
        arm.counts.givenUp = 100;
        const { placed } = arm.distributions;
        if (placed) placed.overflow = 1;
      }
    });
    assert.deepEqual(digestPath(run).notes, [
      "12 failed attempts of hint-munmap in luajit-low2g with ENOMEM",
      "6 calls took longer than can be told, and stand at the longest that can",
      "20 % of the reservations of hint-munmap in luajit-low2g were given up; their times count",
    ]);
  });
});

describe("digestPath().safety", () => {
  const safetyOf = (change: (run: PathRun) => void) => digestPath(changedPath(change)).safety;

  test("bounds what was never seen of the sound ways, and tells of the others what was", () => {
    const { state, reservations, upperBound, others } = safetyOf(() => {});
    assert.deepEqual([state, reservations], ["clean", 6 * (1000 + 1000 + 500 + 500)]);
    assert.ok(Math.abs(upperBound / (1 - 0.05 ** (1 / 18_000)) - 1) < 1e-9);
    assert.deepEqual(
      others.map((other) => `${other.sound}: ${other.sentence}`),
      [
        "Not sound: check-then-fixed in cuda-startup: 42 clobbers and 12 double ownerships in " +
          "6.00 k reservations (6 forks); 0 leaks (each at most 500 per million with 95 % " +
          "confidence)",
      ],
    );
  });

  test("is broken by one harm of a sound way, in a crashed fork as well", () => {
    for (const name of ["clobbers", "doubleOwners", "leaks"] as const) {
      const { state } = safetyOf((run) => {
        Object.assign(run.forks[2] ?? {}, { status: "crashed", error: "SIGSEGV" });
        Object.assign(run.forks[2]?.cases[0]?.arms[0]?.safety ?? {}, { [name]: 1 });
      });
      assert.equal(state, "broken", name);
    }
  });

  test("holds a way that nobody declared to the strict rule, a lock to what all do", () => {
    const { state } = safetyOf((run) => run.profiles[0]?.ways.pop());
    assert.equal(state, "broken");
    const { others } = safetyOf((run) => {
      Object.assign(run.profiles[0]?.ways[2] ?? {}, { sound: "sound-if-all" });
    });
    assert.equal(others[0]?.sound, "Sound only if all do it");
  });

  test("says nothing where nothing was reserved", () => {
    for (const name of ["no fork", "nothing measured"]) {
      const { safety } = digestPath(oddPaths[name]?.() ?? assert.fail());
      assert.equal(safety.state, "no-attempts");
      assert.match(safety.sentence, /nothing to say on safety$/);
    }
  });
});
