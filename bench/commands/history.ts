/**
 * `noclobber history`: where every metric's level is, and which commit moved it. Reads what gates
 * have appended; measures nothing.
 */

import { Command } from "@commander-js/extra-typings";
import { UsageError } from "../../src/errors.ts";
import { digestHistory, type MachineHistory } from "../../src/report/history-digest.ts";
import { renderHistory } from "../../src/report/history-terminal.ts";
import { historyPath, readHistory } from "../../src/results/history.ts";
import { outputStyle } from "../output.ts";

export const historyCommand = new Command("history")
  .summary("show the level of every gated metric over time, and where it shifted")
  .description(
    `Reads ${historyPath}, to which every gate adds a line, and finds shifts of level: a change ` +
      "that each gate alone was too noisy to see, and the commit that it came with.",
  )
  .option("--fingerprint <id>", "of one machine alone, as `noclobber baseline list` has it")
  .action(({ fingerprint }) => {
    const machines = chosen(digestHistory(readHistory(historyPath)), fingerprint);
    process.stdout.write(renderHistory(machines, outputStyle(process.stdout)));
  });

function chosen(machines: readonly MachineHistory[], wanted: string | undefined) {
  if (wanted === undefined || machines.length === 0) return machines;
  const found = machines.filter(({ fingerprint }) => fingerprint === wanted);
  if (found.length > 0) return found;
  const known = machines.map(({ fingerprint }) => fingerprint).join(", ");
  throw new UsageError(
    `There is no run of fingerprint ${wanted} in ${historyPath}. There are: ${known}.`,
  );
}
