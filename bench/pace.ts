/** The run's end of src/orchestrate/pacing.ts: waits for the parent's word before every fork. */

import { UsageError } from "../src/errors.ts";
import type { FromRun, ToRun } from "../src/orchestrate/pacing.ts";
import type { Fork } from "../src/results/schema.ts";

/** The IPC channel of a process, as far as it is used. */
export type Channel = Pick<NodeJS.Process, "on" | "send" | "disconnect" | "connected">;

export class Pace {
  readonly #channel: Channel;
  #answer: ((mayStart: boolean) => void) | undefined;
  /** A word that came before anybody waited for it. */
  #early: boolean | undefined;
  #isOver = false;

  /** @throws UsageError where no parent listens */
  constructor(channel: Channel, interrupt: AbortController) {
    if (channel.send === undefined) {
      throw new UsageError(
        "--paced needs a parent process that paces the run over an IPC channel. Leave it out.",
      );
    }
    this.#channel = channel;
    channel.on("message", (message: unknown) => {
      const { kind } = message as ToRun;
      if (kind === "prepare") this.#say({ kind: "ready" });
      else this.#hear(kind === "next-fork");
    });
    // Without a parent nobody wants more.
    channel.on("disconnect", () => {
      interrupt.abort();
      this.#hear(false);
    });
    // Ctrl-C may come while nothing is measured.
    interrupt.signal.addEventListener("abort", () => this.#hear(false));
  }

  /** Waits for the parent's word. */
  async mayStart(): Promise<boolean> {
    const early = this.#early;
    this.#early = undefined;
    return early ?? (await new Promise<boolean>((resolve) => (this.#answer = resolve)));
  }

  /** Tells the parent how a fork ended. */
  ended({ status, error }: Fork): void {
    this.#say({ kind: "fork-ended", status, error });
  }

  /**
   * Tells whether the result file is written, once the parent wants no more forks, and lets go of
   * the channel, so that the run can end.
   */
  async saved(isSaved: boolean): Promise<void> {
    if (!this.#isOver) await this.mayStart();
    this.#say(
      isSaved ? { kind: "saved" } : { kind: "failed", message: "its result could not be saved" },
    );
    if (this.#channel.connected) this.#channel.disconnect();
  }

  #hear(mayStart: boolean): void {
    this.#isOver ||= !mayStart;
    if (this.#answer) this.#answer(mayStart);
    else this.#early = mayStart;
    this.#answer = undefined;
  }

  #say(message: FromRun): void {
    // A parent that has gone, or goes at this moment, needs no answer.
    if (this.#channel.connected) this.#channel.send?.(message, undefined, undefined, () => {});
  }
}
