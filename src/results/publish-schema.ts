/**
 * `npm run schema`: writes the JSON Schemas of the result file and of doctor's report, from the
 * sources that validate them.
 */

import { doctorJsonSchema } from "./doctor-schema.ts";
import { runJsonSchema, writeAtomically } from "./store.ts";

writeAtomically("results/run.schema.json", runJsonSchema());
writeAtomically("results/doctor.schema.json", doctorJsonSchema());
