/**
 * The answers that are right on the running kernel: a case declares those of a kernel that supports
 * the flag; what follows elsewhere is said here, once for all cases. Pure.
 */

import { passesFlag } from "./ask.ts";
import type { Answer, Ask, Conditions, Declaration, Declared, Fact } from "./fact.ts";

export interface Expected {
  readonly answers: readonly Answer[];
  readonly basis: string | undefined;
  readonly occupants: "intact" | "destroyed" | "either";
}

/** What must come of a fact asked in one of the ways that it declares. */
export function expectedOf(fact: Fact, ask: Ask, conditions: Conditions): Expected {
  const declared = resolve(fact.expected[ask], conditions);
  if (!passesFlag(ask) || fact.byVersion) return complete(declared);
  const { flag } = conditions;
  switch (flag.verdict) {
    case "supported":
      return complete(declared);
    case "ignored": {
      const { hint } = fact.expected;
      const basis = "the flag is ignored: as a hint";
      return complete(hint === undefined ? declared : { ...resolve(hint, conditions), basis });
    }
    case "buggy":
      if (fact.whereBuggy === undefined) return complete(declared);
      return {
        answers: [fact.whereBuggy],
        basis: "a mapping that begins inside the window is overlooked",
        occupants: "destroyed",
      };
    case "rejected": {
      // Arguments may be looked at before the flag is; a script's answer is no call's.
      const others = declared.answers.filter(
        (answer) => fact.kind === "script" || (answer.startsWith("E") && answer !== "EEXIST"),
      );
      const answers = [flag.errno as Answer, ...others];
      return complete({ answers, basis: "the flag is rejected" });
    }
    case "relocating":
      return complete({
        answers: [...declared.answers, "elsewhere"],
        basis: "addresses are chosen by another layer",
      });
    default:
      return flag satisfies never;
  }
}

function resolve(declaration: Declaration | undefined, conditions: Conditions): Declared {
  if (declaration === undefined) return { answers: [] };
  if (typeof declaration === "string") return { answers: [declaration] };
  return declaration(conditions);
}

function complete({ answers, basis, occupants = "intact" }: Declared): Expected {
  return { answers: [...new Set(answers)], basis, occupants };
}
