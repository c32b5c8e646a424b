/** `npm run schema`: writes the JSON Schemas of the result files, from what validates them. */

import { doctorSchema } from "./doctor-schema.ts";
import { litmusRunSchema } from "./litmus-schema.ts";
import { runSchema } from "./schema.ts";
import { jsonSchemaOf, writeAtomically } from "./store.ts";

writeAtomically("results/run.schema.json", jsonSchemaOf(runSchema));
writeAtomically("results/litmus.schema.json", jsonSchemaOf(litmusRunSchema));
writeAtomically("results/doctor.schema.json", jsonSchemaOf(doctorSchema));
