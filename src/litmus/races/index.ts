/** The registry of litmus scenarios that the attempt loop runs, in the order of the report. */

import type { Race } from "../race.ts";
import { adjacent } from "./adjacent.ts";
import { churn } from "./churn.ts";
import { duel } from "./duel.ts";
import { enclosing } from "./enclosing.ts";
import { overlapHead } from "./overlap-head.ts";
import { overlapTail } from "./overlap-tail.ts";
import { staggered } from "./staggered.ts";

export const races: readonly Race[] = [
  duel,
  overlapHead,
  overlapTail,
  enclosing,
  staggered,
  adjacent,
  churn,
];
