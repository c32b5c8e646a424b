/**
 * `npm run schema`: writes the JSON Schema of the result file, from the source that validates it.
 */

import { runJsonSchema, writeAtomically } from "./store.ts";

writeAtomically("results/run.schema.json", runJsonSchema());
