/**
 * A headless Chromium for tests, spoken to in the DevTools protocol over a pipe: no network, no
 * port, no further package. Only tests import it.
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** The browser of this machine; undefined where none is installed. */
export function findChromium(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  return names.find((name) => spawnSync(name, ["--version"]).status === 0);
}

export interface View {
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
}

export interface Page {
  /** Shows the page as a reader with such a window sees it. */
  show(view: View): Promise<void>;
  /** What an expression gives in the page; has to be JSON. */
  evaluate<T>(expression: string): Promise<T>;
  /** A PNG of what the window shows. */
  screenshot(): Promise<Buffer>;
  /** A click or a key as from the reader's hand. */
  press(key: "Enter" | "Tab"): Promise<void>;
  /** What the console and the runtime complained about so far. */
  readonly complaints: readonly string[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Opens a URL, lets `use` look at it, and ends the browser whatever happens. */
export async function withPage(
  browser: string,
  url: string,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), "noclobber-chromium-"));
  const child = spawn(
    browser,
    [
      "--headless=new",
      "--remote-debugging-pipe",
      // Needed where the tests run as root, as in a container.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--hide-scrollbars",
      `--user-data-dir=${profile}`,
    ],
    // A group of its own, so that it can be killed with all the processes that it starts.
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    await use(await openPage(connect(child), url));
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await ended;
    removeProfile(profile);
  }
}

/** What a dying process still writes is left to the system: it says nothing of the page. */
function removeProfile(profile: string): void {
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
  }
}

interface Connection {
  send(method: string, params?: object, session?: string): Promise<unknown>;
  on(listener: (message: Message) => void): void;
}

/** Messages are JSON, each ended by a zero byte. */
function connect(child: ChildProcess): Connection {
  const [, , , output, input] = child.stdio as unknown as [
    ...[null, null, null],
    Writable,
    Readable,
  ];
  const waiting = new Map<number, (message: Message) => void>();
  child.once("exit", () => {
    for (const [id, settle] of waiting) settle({ id, error: { message: "the browser ended" } });
  });
  const listeners: ((message: Message) => void)[] = [];
  let rest = "";
  input.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\0");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const message = JSON.parse(part) as Message;
      if (message.id !== undefined) waiting.get(message.id)?.(message);
      else for (const listener of listeners) listener(message);
    }
  });
  let last = 0;
  return {
    on: (listener) => listeners.push(listener),
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id);
          if (error) reject(new Error(`${method}: ${error.message}`));
          else resolve(result);
        });
        output.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      }),
  };
}

async function openPage(browser: Connection, url: string): Promise<Page> {
  const { targetId } = (await browser.send("Target.createTarget", { url: "about:blank" })) as {
    targetId: string;
  };
  const { sessionId } = (await browser.send("Target.attachToTarget", {
    targetId,
    flatten: true,
  })) as { sessionId: string };
  const send = (method: string, params?: object) => browser.send(method, params, sessionId);
  const complaints: string[] = [];
  const loaded = new Promise<void>((resolve) => {
    browser.on(({ method, params }) => {
      if (method === "Page.loadEventFired") resolve();
      if (method === "Runtime.exceptionThrown" || method === "Log.entryAdded") {
        complaints.push(JSON.stringify(params));
      }
      if (method === "Runtime.consoleAPICalled") complaints.push(JSON.stringify(params));
    });
  });
  for (const domain of ["Page", "Runtime", "Log"]) await send(`${domain}.enable`);
  await send("Page.navigate", { url });
  await loaded;
  return {
    complaints,
    show: async ({ width, height, scheme }) => {
      const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
      await send("Emulation.setDeviceMetricsOverride", metrics);
      const features = [{ name: "prefers-color-scheme", value: scheme }];
      await send("Emulation.setEmulatedMedia", { features });
    },
    evaluate: async <T>(expression: string) => {
      const options = { expression, returnByValue: true, awaitPromise: true };
      const { result, exceptionDetails } = (await send("Runtime.evaluate", options)) as {
        result: { value: T };
        exceptionDetails?: { text: string };
      };
      if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
      return result.value;
    },
    screenshot: async () => {
      const { data } = (await send("Page.captureScreenshot", { format: "png" })) as {
        data: string;
      };
      return Buffer.from(data, "base64");
    },
    press: async (key) => {
      const code = key === "Enter" ? 13 : 9;
      const common = { key, code: key, windowsVirtualKeyCode: code };
      const text = key === "Enter" ? { text: "\r" } : {};
      await send("Input.dispatchKeyEvent", { type: "keyDown", ...common, ...text });
      await send("Input.dispatchKeyEvent", { type: "keyUp", ...common });
    },
  };
}
