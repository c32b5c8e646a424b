/** What the schema must let through, however long a run was. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { countNames } from "../reserve/tape.ts";
import { caseSchema } from "./path-schema.ts";

const countsSchema = caseSchema.shape.arms.element.shape.counts;
const zeros = Object.fromEntries(countNames.map((name) => [name, 0]));

test("bytes add up beyond what an integer may be, where counts may not", () => {
  // 131,073 misplaced mappings of 64 GiB, as zgc-heap made in 20 s.
  const wastedBytes = 131_073 * 2 ** 36;
  assert.equal(countsSchema.parse({ ...zeros, wastedBytes }).wastedBytes, wastedBytes);
  assert.throws(() => countsSchema.parse({ ...zeros, attempts: 2 ** 54 }));
  assert.throws(() => countsSchema.parse({ ...zeros, wastedBytes: -1 }));
});
