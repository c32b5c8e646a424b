/**
 * The kinds of error. An expected outcome is a value, not an error; misuse is a UsageError; a law
 * of the harness that does not hold is an InvariantError, and ends the fork it happened in.
 * A leaf: imports nothing.
 */

/** The user asked for something that cannot be done: exit code 2, the message says what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The harness or the kernel broke a law that every figure rests on. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Exit codes of every command, as documented in the README. */
export const exitCodes = {
  ok: 0,
  violation: 1,
  error: 2,
  inconclusive: 3,
  interrupted: 130,
} as const;

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
