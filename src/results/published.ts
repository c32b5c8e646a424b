/** The files whose JSON Schema is published beside them, in results/. */

import { adviceSchema } from "./advice-schema.ts";
import { doctorSchema } from "./doctor-schema.ts";
import { gateSchema } from "./gate-schema.ts";
import { historyLineSchema } from "./history.ts";
import { litmusRunSchema } from "./litmus-schema.ts";
import { pathRunSchema } from "./path-schema.ts";
import { policySchema } from "./policy-schema.ts";
import { runSchema } from "./schema.ts";
import { sweepRunSchema } from "./sweep-schema.ts";

/** By name: results/<name>.schema.json. */
export const publishedSchemas = {
  run: runSchema,
  path: pathRunSchema,
  sweep: sweepRunSchema,
  litmus: litmusRunSchema,
  doctor: doctorSchema,
  advice: adviceSchema,
  gate: gateSchema,
  policy: policySchema,
  history: historyLineSchema,
} as const;
