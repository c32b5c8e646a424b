/** The files whose JSON Schema is published beside them, in results/. */

import { doctorSchema } from "./doctor-schema.ts";
import { gateSchema } from "./gate-schema.ts";
import { historyLineSchema } from "./history.ts";
import { litmusRunSchema } from "./litmus-schema.ts";
import { policySchema } from "./policy-schema.ts";
import { runSchema } from "./schema.ts";

/** By name: results/<name>.schema.json. */
export const publishedSchemas = {
  run: runSchema,
  litmus: litmusRunSchema,
  doctor: doctorSchema,
  gate: gateSchema,
  policy: policySchema,
  history: historyLineSchema,
} as const;
