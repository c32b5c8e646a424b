/** Which commit a checkout is at. */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** The commit of a checkout, "-dirty" with changes; undefined outside of one or without git. */
export function readCommit(directory: string): string | undefined {
  if (!existsSync(`${directory}/.git`)) return undefined;
  try {
    return execFileSync("git", ["describe", "--always", "--dirty", "--abbrev=12"], {
      cwd: directory,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 5000,
    }).trim();
  } catch {
    return undefined;
  }
}
