/** Where a gate's policy comes from: a file, or the defaults, and what the command line says. */

import { existsSync } from "node:fs";
import { UsageError } from "../src/errors.ts";
import { completePolicy, type Overrides } from "../src/gate/policy.ts";
import { type Policy, policySchema } from "../src/results/policy-schema.ts";
import { parseAs, readJson } from "../src/results/store.ts";

/** Read where nobody names another one. */
const defaultPath = "gate.json";

const remedy =
  "results/policy.schema.json says what a policy may hold; without one the defaults hold.";

/** @throws UsageError where the file is not a policy, or contradicts itself */
export function readPolicy(named: string | undefined, overrides: Overrides): Policy {
  const path = named ?? (existsSync(defaultPath) ? defaultPath : undefined);
  const json = path === undefined ? {} : readJson(path, remedy);
  if (isGateResult(json)) {
    throw new UsageError(
      `${path} is the result of a gate, not a policy. Gate in another folder, or name a --policy.`,
    );
  }
  const parsed = parseAs(policySchema, json, { path: path ?? "the default policy", remedy });
  return completePolicy(parsed, overrides, path ?? "the command line");
}

function isGateResult(json: unknown): boolean {
  return typeof json === "object" && json !== null && "kind" in json && json.kind === "gate";
}
