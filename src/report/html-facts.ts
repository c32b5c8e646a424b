/** What stands around the figures of a page: warnings, the machine, the method, the command. */

import type { Host, Run } from "../results/schema.ts";
import { formatBytes, formatNs } from "../units.ts";
import type { Digest, Doubts } from "./digest.ts";
import { escapeMarkup } from "./escape.ts";
import { kept, paragraph } from "./html-markup.ts";
import { startWords } from "./merged-words.ts";
import { asSentence, formatShare, formatWhole, plural } from "./wording.ts";

/** More violations than this are counted, not listed. */
const shownViolations = 20;

/** Broken laws, incomplete forks, warnings and notes; or that there is none of these. */
export function warningParts(digest: Doubts & Pick<Digest, "notes">): string[] {
  const { violations, incompleteForks, warnings, notes } = digest;
  const hidden = violations.length - shownViolations;
  const items = [
    ...violations.slice(0, shownViolations).map(({ fork, scenario, actors, text }) => {
      return `BROKEN, fork ${fork + 1}, ${scenario}, ${plural(actors, "actor")}: ${text}`;
    }),
    ...(hidden > 0 ? [`and ${plural(hidden, "more violation")}`] : []),
    ...incompleteForks.map(({ fork, status, error, counted }) => {
      const kept = counted ? "the trials it finished count" : "it finished no trial";
      return `Fork ${fork + 1} ${status}: ${error}; ${kept}`;
    }),
    ...warnings.map(({ message, remedy }) => `${asSentence(message)} ${remedy}`),
    ...notes,
  ];
  if (items.length === 0) return [paragraph("None.")];
  const listed = items.map((item) => `<li>${escapeMarkup(asSentence(item))}</li>`);
  return [`<ul>\n${listed.join("\n")}\n</ul>`];
}

const hostNames: Readonly<Record<keyof Host, string>> = {
  hostname: "host",
  kernelRelease: "kernel",
  kernelVersion: "kernel build",
  architecture: "architecture",
  cpuModel: "CPU",
  onlineCpus: "CPUs online",
  allowedCpus: "CPUs allowed",
  memoryBytes: "memory",
  pageBytes: "page",
  transparentHugePages: "transparent huge pages",
  aslr: "randomize_va_space",
  governor: "frequency governor",
  virtualisation: "virtualisation",
  clocksource: "clock source",
  cgroupCpuMax: "cgroup cpu.max",
  cgroupMemoryMax: "cgroup memory.max",
  mmapMinAddr: "mmap_min_addr",
  maxMapCount: "max_map_count",
  overcommit: "overcommit_memory",
  nodeVersion: "Node.js",
  loadAverage: "load average before",
};

/** The run, its setting, the machine, and what went on beside it. */
export function factParts(
  { host }: Pick<Run, "host">,
  digest: Pick<Digest, "identity" | "disturbance">,
): string[] {
  const { identity } = digest;
  const { forks, status } = identity;
  const run =
    `${forks.complete} of ${plural(forks.planned, "fork")} complete` +
    (forks.negativeControl > 0 ? `, and ${forks.negativeControl} of fixed` : "") +
    (status === "complete" ? "" : `, ${status}`) +
    `, ${(identity.elapsedMs / 1000).toFixed(0)} s, from ${startWords(identity)}`;
  const facts: [string, string][] = [
    ["tool", identity.tool],
    ["run", run],
    ["probe", identity.probe],
    ["setting", identity.setting],
    ...disturbanceFacts(digest),
    ...(Object.keys(hostNames) as (keyof Host)[]).map((key): [string, string] => [
      hostNames[key],
      hostText(host, key),
    ]),
  ];
  const rows = facts.map(
    ([name, text]) =>
      `<div><dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(kept(text))}</dd></div>`,
  );
  return [`<dl class="facts">\n${rows.join("\n")}\n</dl>`];
}

function hostText(host: Host, key: keyof Host): string {
  const value = host[key];
  if (key === "memoryBytes") return `${(host.memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  if (key === "pageBytes") return formatBytes(host.pageBytes);
  if (key === "cgroupCpuMax" || key === "cgroupMemoryMax") return limitText(host[key]);
  const text = Array.isArray(value) ? value.join(", ") : String(value);
  return text === "" ? "unknown" : text;
}

/** Version 1 of cgroups writes no limit as -1, or as all pages that an address space could have. */
function limitText(limit: string): string {
  const value = Number(limit);
  return limit === "max" || value === -1 || value >= 2 ** 62 ? "no limit" : limit || "unknown";
}

function disturbanceFacts({ disturbance: d }: Pick<Digest, "disturbance">): [string, string][] {
  const facts: [string, string | undefined][] = [
    ["in measured blocks", d.measuredShare && `${formatShare(d.measuredShare)} of the run`],
    ["start skew of actors", d.startSkewNs.median && formatNs(d.startSkewNs.median)],
    ["used by others", d.othersCpus?.toFixed(2).concat(" CPUs")],
    [
      "clock calibration",
      d.calibrationErrorPpm && `within ${d.calibrationErrorPpm.toFixed(1)} ppm`,
    ],
    [
      "peak memory of a fork",
      d.peakMemoryBytes && `${formatWhole(Math.round(d.peakMemoryBytes / 2 ** 20))} MiB`,
    ],
  ].map(([name, text]) => [name as string, (text || undefined) as string | undefined]);
  return facts.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]));
}

/** How the figures came about, in a paragraph. */
export function methodParts({ options }: Pick<Run, "options">): string[] {
  const blocks = `blocks of ${options.blockMs} ms`;
  return [
    paragraph(
      `Every fork is a fresh process. In it the strategies take turns in ${blocks}, in an ` +
        "order that gives each strategy every place, so that a machine that slows down slows " +
        "all of them. Every mmap and munmap is timed, and nothing is trimmed. A fork gives one " +
        "value for each figure; the tables show the median over forks with its exact 95 % " +
        "interval from order statistics, without any assumption on the distribution, and no " +
        "interval where there are too few forks. Strategies are compared by ratios taken within" +
        " a fork, because absolute times drift with the machine. Latencies are those of a " +
        "closed loop: each actor makes its next call when the last one has returned. What the " +
        "probe itself costs is part of every latency.",
    ),
  ];
}

/** What to type to measure again. */
export function repeatParts({ identity }: Pick<Digest, "identity">): string[] {
  const command = escapeMarkup(identity.command);
  return [
    '<pre class="scroll" role="region" tabindex="0" aria-label="Command"><code>' +
      `${command}</code></pre>`,
  ];
}
