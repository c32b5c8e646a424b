/**
 * One fork, or one paced run, seen from the parent: a child process that answers one message at a
 * time, within a bounded time or not at all. A child that crashes or hangs is an outcome, not an
 * exception of ours.
 */

import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import type { FromFork, ToFork } from "./protocol.ts";

/** The program of a fork. */
export const forkModule = new URL(`../../workers/fork${extname(import.meta.url)}`, import.meta.url);

/** Why a fork did not answer. */
export class ForkLost extends Error {
  override readonly name = "ForkLost";
  readonly status: "crashed" | "hung" | "failed" | "interrupted";

  constructor(status: ForkLost["status"], message: string) {
    super(message);
    this.status = status;
  }
}

/** V8 collects garbage in the thread that made it: no helper thread takes an actor's CPU. */
const nodeArguments = ["--single-threaded-gc"];
const mostStderrCharacters = 2000;

interface Message {
  readonly kind: string;
}

/** What any child may answer instead. */
interface Failure {
  readonly kind: "failed";
  readonly message: string;
}

/** A child that understands messages of type To and answers with messages of type From. */
export class ForkProcess<
  To extends Message = ToFork,
  From extends Message = Exclude<FromFork, Failure>,
> {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  #stderr = "";

  constructor(module: URL, signal: AbortSignal, words: readonly string[] = []) {
    this.#signal = signal;
    this.#child = fork(module, words, {
      execArgv: nodeArguments,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Tick counts travel as typed arrays.
      serialization: "advanced",
    });
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-mostStderrCharacters);
    });
  }

  /** Sends a message and waits for an answer of a kind. @throws ForkLost when it does not come */
  async ask<K extends From["kind"]>(
    message: To,
    kind: K,
    patienceMs: number,
  ): Promise<Extract<From, { kind: K }>> {
    const answer = await this.#ask(message, patienceMs);
    if (answer.kind === kind) return answer as Extract<From, { kind: K }>;
    throw new ForkLost("failed", `the fork answered "${answer.kind}" where "${kind}" was due`);
  }

  /** Ends the process, whatever state it is in. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Parts from the child, and waits until it has put its things away. */
  async leave(patienceMs: number): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      child.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
      if (child.connected) child.disconnect();
    });
    this.kill();
  }

  async #ask(message: To, patienceMs: number): Promise<From> {
    const child = this.#child;
    return await new Promise<From>((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        child.off("message", onMessage).off("exit", onExit).off("error", onError);
        this.#signal.removeEventListener("abort", onAbort);
        act();
      };
      const lose = (status: ForkLost["status"], why: string): void =>
        settle(() => reject(new ForkLost(status, why)));
      const onMessage = (answer: unknown): void => {
        const from = answer as From | Failure;
        if (isFailure(from)) lose("failed", from.message);
        else settle(() => resolve(from));
      };
      const onExit = (code: number | null, signal: string | null): void =>
        lose("crashed", this.#describeExit(code, signal));
      // A pipe that breaks because the process died says less than the exit that follows.
      const onError = (error: Error): void => {
        if (child.pid === undefined) lose("crashed", error.message);
      };
      const onAbort = (): void => lose("interrupted", "interrupted");
      const timer = setTimeout(
        () => lose("hung", `no answer to "${message.kind}" within ${patienceMs / 1000} s`),
        patienceMs,
      );
      child.on("message", onMessage).on("exit", onExit).on("error", onError);
      this.#signal.addEventListener("abort", onAbort);
      if (this.#signal.aborted) onAbort();
      else if (child.exitCode !== null || child.signalCode !== null) {
        onExit(child.exitCode, child.signalCode);
      } else child.send(message);
    });
  }

  #describeExit(code: number | null, signal: string | null): string {
    const how = signal ? `killed by ${signal}` : `exit code ${code}`;
    const said = this.#stderr.trim();
    return said === "" ? how : `${how}; it said: ${said}`;
  }
}

function isFailure(answer: Message): answer is Failure {
  return answer.kind === "failed";
}
