/**
 * Facts about addresses: unaligned, too low, too high, below a stack, in a hole of exactly one huge
 * page, and where misplaced mappings land.
 */

import { byEra, occupant, pages } from "./declare.ts";
import type { Answer, Declaration, Fact, ScriptContext } from "./fact.ts";

/** Above what five levels of page tables reach on x86-64 (2^56). */
const beyondUserSpace = 2 ** 56;
/** Where the stack begins, in pages; more than the guard gap above the ground's start. */
const stackPage = 512;
/** Pairs of mappings that may be apart because a gap was full, before the answer is "apart". */
const mostPairs = 8;

export const addressFacts: readonly Fact[] = [
  {
    kind: "window",
    row: "14",
    title: "unaligned address, free",
    occupants: [],
    window: pages(16, 4, 0, 1),
    expected: { hint: "rounded down", noreplace: "EINVAL" },
  },
  {
    kind: "window",
    row: "16",
    title: "address 0",
    occupants: [],
    window: ({ pageBytes }) => ({ at: 0, bytes: pageBytes }),
    expected: { hint: "elsewhere", noreplace: exactIfLowEnough(0) },
  },
  {
    kind: "window",
    row: "17",
    title: "address 4096",
    occupants: [],
    window: ({ pageBytes }) => ({ at: 4096, bytes: pageBytes }),
    // What a low hint is moved up to is not told by the sysctl alone; it may be high enough.
    expected: {
      hint: () => ({ answers: ["moved up", "exact"] }),
      noreplace: exactIfLowEnough(4096),
    },
    skip: ({ pageBytes }) =>
      pageBytes > 4096 ? "4096 is no multiple of the page here" : undefined,
  },
  {
    kind: "window",
    row: "18",
    title: "beyond user space",
    occupants: [],
    window: ({ pageBytes }) => ({ at: beyondUserSpace, bytes: pageBytes }),
    expected: { hint: "elsewhere", noreplace: "ENOMEM" },
  },
  ...[0, 128, 255].map((gap) => belowStack(gap, "elsewhere")),
  belowStack(256, "exact"),
  {
    kind: "script",
    row: "23",
    title: "two misplaced mappings in a row",
    occupants: [occupant(16, 4)],
    expected: { hint: "side by side" },
    run: misplaceInARow,
  },
  {
    kind: "window",
    row: "25",
    title: "hole punched into an owned window",
    occupants: [occupant(16, 8)],
    holes: [pages(18, 4)],
    window: pages(18, 4),
    expected: { hint: "exact", noreplace: "exact" },
  },
  {
    kind: "window",
    row: "25",
    title: "window just released",
    occupants: [occupant(16, 4)],
    holes: [pages(16, 4)],
    window: pages(16, 4),
    expected: { hint: "exact", noreplace: "exact" },
  },
];

/** Below vm.mmap_min_addr only who has CAP_SYS_RAWIO may map (security/commoncap.c). */
function exactIfLowEnough(at: number): Declaration {
  return ({ mayMapLow, mmapMinAddr }) => {
    if (mayMapLow) return { answers: ["exact"], basis: "with CAP_SYS_RAWIO" };
    if (at >= mmapMinAddr) return { answers: ["exact"], basis: "not below vm.mmap_min_addr" };
    return { answers: ["EPERM"], basis: "below vm.mmap_min_addr, without CAP_SYS_RAWIO" };
  };
}

/**
 * One page, `gap` free pages below a mapping that grows down. The kernel keeps stack_guard_gap
 * (256 pages) free below it for whoever gives a hint, since 1be7107fbe18 (4.12).
 */
function belowStack(gap: number, hint: Answer): Fact {
  return {
    kind: "window",
    row: "19",
    title: `free, ${gap} pages below GROWSDOWN`,
    occupants: [occupant(stackPage, 1, "grows down")],
    window: pages(stackPage - gap - 1, 1),
    needs: "stacks",
    expected: {
      hint: byEra([
        { from: [0, 0], declared: { answers: ["exact", "elsewhere"] } },
        { from: [4, 12], declared: { answers: [hint] } },
      ]),
      noreplace: "exact",
    },
  };
}

/** Asks for a taken window again and again, and keeps what it gets. */
function misplaceInARow({ ground, ask }: ScriptContext): Answer {
  const window = pages(16, 4)(ground);
  const results: number[] = [];
  let answer: Answer = "apart";
  while (answer === "apart" && results.length <= mostPairs) {
    const result = ask(window);
    const previous = results.at(-1);
    if (result < 0) break;
    if (result === window.at) answer = "exact";
    else if (previous !== undefined && Math.abs(result - previous) === window.bytes) {
      answer = "side by side";
    }
    results.push(result);
  }
  for (const result of results) ground.kernel.munmap(result, window.bytes);
  return answer;
}
