/** The registry of scripts, in the order in which help and reports list them. */

import type { Script } from "../script.ts";
import { carve } from "./carve.ts";
import { checkThenFixed } from "./check-then-fixed.ts";
import { churnInPlace } from "./churn-in-place.ts";
import { collateral } from "./collateral.ts";
import { exhaustion } from "./exhaustion.ts";
import { forkInTheMiddle } from "./fork-in-the-middle.ts";
import { reader } from "./reader.ts";
import { refused } from "./refused.ts";

export const scripts: readonly Script[] = [
  churnInPlace,
  carve,
  checkThenFixed,
  reader,
  collateral,
  refused,
  forkInTheMiddle,
  exhaustion,
];
