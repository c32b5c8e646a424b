/** What interrupted the actors, by configuration: context switches and TLB shootdowns. */

import type { Arm, Run } from "../results/schema.ts";
import { formatCount } from "../units.ts";
import { linearAxis } from "./axes.ts";
import type { Chart, Panel } from "./chart.ts";
import { placeName, rangeText, sentenceOf } from "./chart-words.ts";
import { type Configuration, configurationsOf, sum } from "./samples.ts";
import type { Look } from "./strategy-looks.ts";

type Event = "voluntarySwitches" | "involuntarySwitches" | "tlbShootdowns";

const events: readonly { readonly name: Event; readonly title: string }[] = [
  { name: "involuntarySwitches", title: "involuntary context switches per second" },
  { name: "voluntarySwitches", title: "voluntary context switches per second" },
  { name: "tlbShootdowns", title: "TLB shootdowns per second, all CPUs" },
];

/** Events per second of measured block time of one strategy in one configuration. */
interface Rate {
  readonly place: string;
  readonly strategy: string;
  readonly perSecond: Readonly<Record<Event, number>>;
}

/** Rates over all blocks of all forks: events are rare, and a median of few forks hides them. */
export function disturbanceChart(run: Run, looks: ReadonlyMap<string, Look>): Chart {
  const rates = configurationsOf(run).flatMap((configuration) => ratesOf(configuration, looks));
  return {
    id: "disturbance",
    title: "Context switches and TLB shootdowns",
    alternative: events
      .filter(() => rates.length > 0)
      .map(({ name, title }) => capital(`${title}: ${wordsOf(rates, name)}`))
      .join(" "),
    reading:
      "Over all measured blocks of all forks. An actor that is switched out while others run " +
      "loses time that no strategy is to blame for; a release that has to reach other CPUs shows " +
      "as shootdowns. On a machine with other work the counts are those of everybody.",
    lacking: rates.length === 0 ? "No fork has finished a block" : undefined,
    panels: rates.length === 0 ? [] : events.map((event) => panelOf(event, rates, looks)),
    legend: [...looks].filter(([id]) => rates.some((r) => r.strategy === id)).map(([, l]) => l),
    table: {
      columns: ["configuration", "strategy", ...events.map(({ title }) => title)],
      rows: rates.map(({ place, strategy, perSecond }) => [
        place,
        strategy,
        ...events.map(({ name }) => formatCount(perSecond[name])),
      ]),
    },
  };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function ratesOf({ spec, arms }: Configuration, looks: ReadonlyMap<string, Look>): Rate[] {
  return [...looks.keys()].flatMap((strategy) => {
    const blocks = [...(arms.get(strategy)?.values() ?? [])].map((arm: Arm) => arm.blocks);
    const seconds = sum(blocks.flatMap(({ wallNs }) => wallNs)) / 1e9;
    if (seconds === 0) return [];
    const rate = (name: Event) => sum(blocks.flatMap((block) => block[name])) / seconds;
    return [
      {
        place: placeName(spec),
        strategy,
        perSecond: {
          voluntarySwitches: rate("voluntarySwitches"),
          involuntarySwitches: rate("involuntarySwitches"),
          tlbShootdowns: rate("tlbShootdowns"),
        },
      },
    ];
  });
}

function wordsOf(rates: readonly Rate[], name: Event): string {
  const strategies = [...new Set(rates.map(({ strategy }) => strategy))];
  return sentenceOf(
    strategies.map((strategy) => {
      const own = rates.filter((rate) => rate.strategy === strategy);
      return `${strategy} ${rangeText(
        own.map(({ perSecond }) => perSecond[name]),
        formatCount,
      )}`;
    }),
  );
}

function panelOf(
  { name, title }: (typeof events)[number],
  rates: readonly Rate[],
  looks: ReadonlyMap<string, Look>,
): Panel {
  const places = [...new Set(rates.map(({ place }) => place))];
  const shown = [...looks].filter(([id]) => rates.some(({ strategy }) => strategy === id));
  const step = 7;
  return {
    title,
    alternative: wordsOf(rates, name),
    x: linearAxis(
      rates.map(({ perSecond }) => perSecond[name]),
      "count",
      "per second",
    ),
    y: { kind: "categories", label: "", names: places },
    height: 50 + places.length * Math.max(24, 10 + step * shown.length),
    marks: shown.map(([strategy, look], index) => ({
      kind: "dots" as const,
      look,
      hollow: false,
      dy: (index - (shown.length - 1) / 2) * step,
      points: rates
        .filter((rate) => rate.strategy === strategy)
        .map(({ place, perSecond }) => ({
          x: perSecond[name],
          y: place,
          tip: `${strategy}, ${place}: ${formatCount(perSecond[name])} per second`,
        })),
    })),
  };
}
