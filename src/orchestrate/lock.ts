/**
 * One run at a time on a machine: two would measure each other. The lock is an abstract socket,
 * which the kernel frees with the process, however that ends; no file can go stale.
 */

import { createServer, type Server } from "node:net";
import { UsageError } from "../errors.ts";

const name = "\0noclobber-run";

/** Takes the lock for the life of the process. @throws UsageError while another run has it */
export async function lockMachine(): Promise<void> {
  const server: Server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") {
        reject(
          new UsageError(
            "Another noclobber run is measuring on this machine, and two would measure each " +
              "other. " +
              "Wait until it is done, or stop it.",
          ),
        );
        // A sandbox without sockets has no lock, and hardly two runs.
      } else resolve();
    });
    server.listen(name, resolve);
  });
  server.unref();
}
