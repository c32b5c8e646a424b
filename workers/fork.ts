/**
 * A fresh process, the statistical unit: sets up once, then runs trial after trial as the parent
 * asks for them, and leaves when told or when the parent is gone.
 */

import { messageOf } from "../src/errors.ts";
import { playScript, runRace } from "../src/orchestrate/litmus-trial.ts";
import { runCase } from "../src/orchestrate/path-trial.ts";
import type { ForkSetup, FromFork, ToFork } from "../src/orchestrate/protocol.ts";
import { Stage } from "../src/orchestrate/trial.ts";
import { calibrate, readClockPair } from "../src/probe/calibrate.ts";
import { chooseProbe, openProbe } from "../src/probe/select.ts";
import type { Calibration } from "../src/results/schema.ts";
import { errnoName, PROT_NONE } from "../src/sys/constants.ts";
import { callLibrary } from "../src/sys/libc.ts";
import { readMaps } from "../src/sys/maps.ts";
import { clearLanding, holdBallast } from "../src/windows/hold.ts";

interface Opened {
  readonly stage: Stage;
  readonly calibration: Calibration;
}

let opened: Opened | undefined;

// Ctrl-C reaches the whole process group; what happens to forks is the parent's decision.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());
process.on("message", (message: ToFork) => {
  answer(message).catch((error: unknown) => {
    say({ kind: "failed", message: messageOf(error) });
  });
});

async function answer(message: ToFork): Promise<void> {
  switch (message.kind) {
    case "setup":
      opened = await open(message.setup);
      return;
    case "trial": {
      const { stage, calibration } = opened as Opened;
      say({ kind: "trial", measured: await stage.run(message.plan, calibration) });
      return;
    }
    case "path":
      say({ kind: "path", measured: await runCase((opened as Opened).stage, message.plan) });
      return;
    case "race": {
      const { stage, calibration } = opened as Opened;
      say({ kind: "litmus", measured: await runRace(stage, message.plan, calibration) });
      return;
    }
    case "script":
      say({ kind: "litmus", measured: await playScript((opened as Opened).stage, message.plan) });
      return;
    case "reference":
      // The native reference of `fidelity`, in a child with this process's mappings.
      clearLanding(readMaps(), message.windows, PROT_NONE);
      callLibrary(message.library, "reference", message.words, message.output);
      say({ kind: "reference" });
      return;
    case "finish":
      say({ kind: "finished", peakMemoryBytes: process.resourceUsage().maxRSS * 1024 });
  }
}

async function open(setup: ForkSetup): Promise<Opened> {
  const choice = chooseProbe(setup.options.probe);
  const probe = openProbe(choice);
  // The clocks are compared over the time that the threads need to start.
  const first = readClockPair(probe);
  holdBallast(setup.options.vmas, setup.pageBytes, readMaps());
  const stage = new Stage(setup, choice);
  await stage.open();
  const calibration = calibrate(first, readClockPair(probe));
  const warnings = [...stage.pinErrnos].map((errno) => errnoName(errno));
  say({ kind: "ready", calibration, warnings });
  return { stage, calibration };
}

function say(message: FromFork): void {
  process.send?.(message);
}
