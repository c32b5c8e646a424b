/** `npm run schema`: writes the JSON Schemas of all files, from what validates them. */

import { publishedSchemas } from "./published.ts";
import { jsonSchemaOf, writeAtomically } from "./store.ts";

for (const [name, schema] of Object.entries(publishedSchemas)) {
  writeAtomically(`results/${name}.schema.json`, jsonSchemaOf(schema));
}
