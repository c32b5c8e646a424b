/**
 * Asks every fact, one after another, in one thread: occupants in, one question, the answer judged,
 * the occupants' bytes read back, the maps audited, everything unmapped.
 */

import { address, formatAddress } from "../model.ts";
import type { FactResult } from "../results/doctor-schema.ts";
import { answerOf, callFor } from "./ask.ts";
import { type Expected, expectedOf } from "./expected.ts";
import { type Answer, type Ask, asks, type Conditions, type Fact, type Pressure } from "./fact.ts";
import type { Ground, Range } from "./ground.ts";
import { facts as allFacts } from "./index.ts";
import { clear, examine, settle } from "./occupants.ts";
import { joined, without } from "./ranges.ts";

/** What came of a question, before it is judged. */
type Observation =
  | { readonly state: "skipped"; readonly reason: string }
  | {
      readonly state: "answered";
      readonly answer: Answer;
      /** Where a mapping came to be. */
      readonly at: number | undefined;
      readonly occupants: "intact" | "destroyed";
      /** What was mapped on the ground and should not have been, or the other way round. */
      readonly strays: readonly string[];
    };

/** All results, in the order of the registry; nothing stays mapped. */
export function runFacts(
  ground: Ground,
  conditions: Conditions,
  facts: readonly Fact[] = allFacts,
): FactResult[] {
  return facts.flatMap((fact) =>
    asks
      .filter((ask) => fact.expected[ask] !== undefined)
      .map((ask) => {
        const expected = expectedOf(fact, ask, conditions);
        return judge(fact, ask, expected, observe(fact, ask, ground, conditions));
      }),
  );
}

function observe(fact: Fact, ask: Ask, ground: Ground, conditions: Conditions): Observation {
  if (fact.needs !== undefined && !ground.offers.has(fact.needs)) {
    return { state: "skipped", reason: `there are no ${fact.needs} here` };
  }
  const reason = fact.skip?.(conditions, ask);
  if (reason !== undefined) return { state: "skipped", reason };
  const foreign = mapped(ground);
  if (foreign.length > 0) {
    return { state: "skipped", reason: `somebody mapped ${written(foreign)} in the stretch` };
  }
  const settled = settle(ground, fact.occupants);
  if (settled.state === "failed") return { state: "skipped", reason: settled.reason };
  const holes = fact.kind === "window" ? (fact.holes ?? []).map((hole) => hole(ground)) : [];
  clear(ground, holes);
  const occupants = () => examine(ground, fact.occupants, holes);
  const asked = askOnce(fact, ask, ground, conditions, occupants);
  const survived = occupants();
  const remains = without(settled.ranges, holes);
  const strays = [
    ...releaseAnswer(ground, asked),
    // Where an occupant was replaced, its remains are nobody's to judge.
    ...(survived === "intact" ? difference(ground, remains, "beside the occupants") : []),
  ];
  clear(ground, settled.ranges);
  strays.push(...difference(ground, [], "in the end"));
  if (asked.state === "skipped") return asked;
  return {
    state: "answered",
    answer: asked.answer,
    at: asked.mapped?.at,
    occupants: survived,
    strays,
  };
}

type Asked =
  | { readonly state: "skipped"; readonly reason: string }
  | {
      readonly state: "asked";
      readonly answer: Answer;
      /** What the call mapped, to be unmapped once it was looked at. */
      readonly mapped: Range | undefined;
    };

function askOnce(
  fact: Fact,
  ask: Ask,
  ground: Ground,
  conditions: Conditions,
  occupants: () => "intact" | "destroyed",
): Asked {
  if (fact.kind === "script") {
    const call = (range: Range): number => callFor(ground, ask, range);
    const answer = fact.run({ ground, ask: call, occupants });
    return { state: "asked", answer, mapped: undefined };
  }
  const window = fact.window(ground);
  const pressure = fact.pressure?.(ground, conditions);
  if (pressure?.state === "off") return { state: "skipped", reason: pressure.reason };
  const result = callUnder(pressure, () => callFor(ground, ask, window, fact.backing));
  const answer = answerOf(result, ask, window.at, ground.pageBytes);
  const isMapping = ask !== "munmap" && result >= 0;
  return {
    state: "asked",
    answer,
    mapped: isMapping ? { at: result, bytes: window.bytes } : undefined,
  };
}

/** The call and nothing else under pressure: other threads may be short of memory there. */
function callUnder(pressure: Pressure | undefined, call: () => number): number {
  try {
    return call();
  } finally {
    if (pressure?.state === "on") pressure.release();
  }
}

/** Unmaps what the call mapped, and says where that failed. */
function releaseAnswer(ground: Ground, asked: Asked): string[] {
  if (asked.state === "skipped" || asked.mapped === undefined) return [];
  const { at, bytes } = asked.mapped;
  const result = ground.kernel.munmap(at, bytes);
  return result === 0 ? [] : [`munmap of ${hex(at)} failed`];
}

/** What is mapped on the ground and should not be, or the other way round. */
function difference(ground: Ground, wanted: readonly Range[], when: string): string[] {
  const found = mapped(ground);
  const surplus = without(found, wanted);
  const missing = without(wanted, found);
  return [
    ...(surplus.length > 0 ? [`${written(surplus)} mapped ${when}`] : []),
    ...(missing.length > 0 ? [`${written(missing)} not mapped ${when}`] : []),
  ];
}

function mapped({ mappings, start, end }: Ground): Range[] {
  return joined(
    mappings(start, end).map((each) => ({ at: each.start, bytes: each.end - each.start })),
  );
}

function judge(fact: Fact, ask: Ask, expected: Expected, observed: Observation): FactResult {
  const head = {
    row: fact.row,
    title: fact.title,
    ask,
    expected: [...expected.answers],
    ...(expected.basis !== undefined && { basis: expected.basis }),
  };
  if (observed.state === "skipped") return { ...head, ...observed };
  const { answer, at, occupants, strays } = observed;
  const findings = [...strays];
  if (!expected.answers.includes(answer)) {
    findings.unshift(`expected ${expected.answers.join(" or ")}, found ${answer}`);
  }
  const isHarmed = occupants === "destroyed" && expected.occupants === "intact";
  const isSpared = occupants === "intact" && expected.occupants === "destroyed";
  if (isHarmed) findings.push("the occupant's bytes were destroyed");
  if (isSpared) findings.push("the occupant survived");
  const answered = {
    ...head,
    answer,
    ...(at !== undefined && { at: hex(at) }),
    occupants: fact.occupants.length === 0 ? ("none" as const) : occupants,
    findings,
  };
  if (findings.length === 0) return { state: "as expected", ...answered };
  return { state: "different", ...answered, harm: isHarmed };
}

function written(ranges: readonly Range[]): string {
  return ranges.map(({ at, bytes }) => `${hex(at)}-${hex(at + bytes)}`).join(", ");
}

function hex(at: number): string {
  return formatAddress(address(at));
}
