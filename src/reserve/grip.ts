/**
 * One actor's grip on the address space: takes a place, owns it, gives it back, and writes down
 * what each call cost and whether somebody else owned the place meanwhile. Every way is made of it.
 */

import type { Address } from "../model.ts";
import type { TimedCalls } from "../probe/timed-calls.ts";
import { EEXIST, MAP_FIXED, MAP_RESERVATION } from "../sys/constants.ts";
import type { LiveRanges } from "./live-ranges.ts";
import type { Tape } from "./tape.ts";

/** A place that an actor owns. */
export interface Held {
  readonly at: Address;
  readonly bytes: number;
}

/** What became of an attempt. */
export type Fate = "placed" | "kept" | "lost" | "failed";

export class Grip {
  readonly calls: TimedCalls;
  readonly #ranges: LiveRanges;
  readonly #prot: number;
  tape: Tape;

  constructor(calls: TimedCalls, ranges: LiveRanges, prot: number, tape: Tape) {
    this.calls = calls;
    this.#ranges = ranges;
    this.#prot = prot;
    this.tape = tape;
  }

  /**
   * One attempt for a place, as the strategy's flags ask for it. A misplaced mapping is unmapped,
   * or is the result where `accepts` takes it. What is had is owned from here on.
   */
  attempt(
    { at, bytes }: Held,
    flags: number,
    accepts: (at: Address) => boolean = () => false,
  ): { readonly fate: Fate; readonly held?: Held } {
    const { calls, tape } = this;
    const { counts } = tape;
    const result = calls.call("mmap", at, bytes, this.#prot, MAP_RESERVATION | flags, -1, 0);
    const began = calls.beganTicks;
    const ticks = calls.endedTicks - began;
    counts.attempts++;
    if (result === at) {
      counts.placed++;
      tape.time("placed", ticks);
      return { fate: "placed", held: this.own(at, bytes) };
    }
    if (result < 0) return { fate: this.#refused(-result, ticks) };
    counts.misplaced++;
    tape.time("misplaced", ticks);
    if (accepts(result as Address)) {
      counts.kept++;
      return { fate: "kept", held: this.own(result as Address, bytes) };
    }
    this.#check(calls.call("munmap", result, bytes));
    counts.cleanups++;
    counts.wastedBytes += bytes;
    tape.time("cleanup", calls.endedTicks - calls.beganTicks);
    tape.time("lost", calls.endedTicks - began);
    return { fate: "lost" };
  }

  /**
   * Times a reservation that began at `beganTicks`, with `spentTicks` spent in calls, and ended
   * with the last call.
   */
  timeReservation(beganTicks: number, spentTicks: number): void {
    const { calls, tape } = this;
    // Where no call was made, the last one ended before the beginning.
    tape.time("reservation", Math.max(beganTicks, calls.endedTicks) - beganTicks);
    tape.time("reservation-kernel", calls.spentTicks - spentTicks);
  }

  /** One attempt for any place at all; undefined where the kernel has none. */
  attemptAnywhere(bytes: number): Address | undefined {
    const { calls, tape } = this;
    const result = calls.call("mmap", 0, bytes, this.#prot, MAP_RESERVATION, -1, 0);
    const ticks = calls.endedTicks - calls.beganTicks;
    tape.counts.attempts++;
    if (result < 0) {
      this.#refused(-result, ticks);
      return undefined;
    }
    tape.counts.placed++;
    tape.time("placed", ticks);
    return result as Address;
  }

  /** Unmaps what stands over of a mapping that nobody owns yet; nothing where nothing does. */
  trim(at: number, bytes: number): void {
    if (bytes === 0) return;
    this.#check(this.calls.call("munmap", at, bytes));
    this.tape.counts.cleanups++;
    this.tape.counts.wastedBytes += bytes;
    this.tape.time("cleanup", this.calls.endedTicks - this.calls.beganTicks);
  }

  #refused(errno: number, ticks: number): Fate {
    const { counts, errnos } = this.tape;
    if (errno === EEXIST) {
      counts.rejected++;
      this.tape.time("rejected", ticks);
      this.tape.time("lost", ticks);
      return "lost";
    }
    counts.failed++;
    errnos.set(errno, (errnos.get(errno) ?? 0) + 1);
    this.tape.time("failed", ticks);
    return "failed";
  }

  /** Owns a place that was had; it is counted where somebody else owns a part of it. */
  own(at: Address, bytes: number): Held {
    this.tape.counts.reservedBytes += bytes;
    if (this.#ranges.publish(at, bytes) > 0) this.tape.doubleOwners++;
    return { at, bytes };
  }

  /** Gives up a place before it is given back; it is counted where somebody took it meanwhile. */
  disown({ at, bytes }: Held): void {
    if (this.#ranges.withdraw(at, bytes) > 0) this.tape.clobbers++;
  }

  /** The owner's munmap. */
  release(held: Held): void {
    this.disown(held);
    this.unmap(held);
  }

  /** The munmap of a place that this actor has given up. */
  unmap({ at, bytes }: Held): void {
    this.#check(this.calls.call("munmap", at, bytes));
    this.#released();
  }

  /** Gives a piece of a common arena back to it. */
  blank({ at, bytes }: Held): void {
    const flags = MAP_RESERVATION | MAP_FIXED;
    this.#check(this.calls.call("mmap", at, bytes, 0, flags, -1, 0));
    this.#released();
  }

  #released(): void {
    this.tape.counts.releases++;
    this.tape.time("release", this.calls.endedTicks - this.calls.beganTicks);
  }

  /** A timed call inside a place that this actor owns. Returns whether the kernel did it. */
  carve(kind: "commit" | "free", ...call: Parameters<TimedCalls["call"]>): boolean {
    const isDone = this.change(...call);
    this.tape.counts[kind === "commit" ? "commits" : "frees"]++;
    this.tape.time(kind, this.calls.endedTicks - this.calls.beganTicks);
    return isDone;
  }

  /** The same without being timed. */
  change(...call: Parameters<TimedCalls["call"]>): boolean {
    const isDone = this.calls.call(...call) >= 0;
    if (!isDone) this.tape.refusedCarvings++;
    return isDone;
  }

  #check(result: number): void {
    if (result < 0) this.tape.failedUnmaps++;
  }
}
