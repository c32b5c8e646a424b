/**
 * Chooses the probe of a process: machine code where it can run, plain libc calls elsewhere or on
 * demand, and says why.
 */

import { UsageError } from "../errors.ts";
import type { Address } from "../model.ts";
import type { Probe } from "./batch.ts";
import { libcProbe } from "./libc.ts";
import { loadCode, nativeProbe } from "./native.ts";
import type { TimedCalls } from "./timed-calls.ts";
import { LibcTimedCalls } from "./timed-calls-libc.ts";
import { NativeTimedCalls } from "./timed-calls-native.ts";

/** Which probe to use; plain data, so that it can be handed to a thread of the same process. */
export type ProbeChoice =
  | { readonly kind: "native"; readonly codeAt: Address; readonly reason: string }
  | { readonly kind: "libc"; readonly reason: string };

/** Loads the probe asked for. @throws UsageError where "native" is asked for and cannot run */
export function chooseProbe(asked: "auto" | "native" | "libc"): ProbeChoice {
  if (asked === "libc") return { kind: "libc", reason: "asked for with --probe libc" };
  const code = loadCode();
  if (code.state === "loaded") {
    const reason = asked === "auto" ? "the default on this CPU" : "asked for with --probe native";
    return { kind: "native", codeAt: code.at, reason };
  }
  if (asked === "auto") return { kind: "libc", reason: code.reason };
  throw new UsageError(
    `Cannot use the native probe: ${code.reason}. Leave --probe out to fall back to libc calls.`,
  );
}

/** The probe of a choice, in this thread. */
export function openProbe(choice: ProbeChoice): Probe {
  return choice.kind === "native" ? nativeProbe(choice.codeAt) : libcProbe();
}

/** The single timed calls of a choice, in this thread. @throws UsageError on other CPUs */
export function openTimedCalls(choice: ProbeChoice): TimedCalls {
  return choice.kind === "native" ? new NativeTimedCalls(choice.codeAt) : new LibcTimedCalls();
}
