/**
 * What every command knows of the program that it belongs to: the package, and the words typed.
 */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { readCommit } from "../src/sys/commit.ts";

/** The folder of package.json: above the compiled files, wherever they were put. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

const packageSchema = z.object({ name: z.literal("noclobber"), version: z.string() });

/** Name and version from package.json. */
export function readPackage(): z.infer<typeof packageSchema> {
  return packageSchema.parse(JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")));
}

/** The tool as every result file names it; the commit only of a checkout. */
export function toolIdentity() {
  const commit = readCommit(packageRoot);
  return { ...readPackage(), ...(commit !== undefined && { commit }) };
}

/** What to type to run this again: "noclobber" and the words behind it. */
export function commandLine(): string[] {
  return ["noclobber", ...process.argv.slice(2)];
}

function findPackageRoot(from: string): string {
  const above = dirname(from);
  if (existsSync(join(from, "package.json")) || above === from) return from;
  return findPackageRoot(above);
}
