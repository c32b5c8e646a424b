/** The comparisons as dots with intervals: one panel a figure, one row a configuration. */

import { logAxis } from "./axes.ts";
import type { Chart, Mark, Panel } from "./chart.ts";
import { figureText, placeName, rangeText, sentenceOf } from "./chart-words.ts";
import type { Digest } from "./digest.ts";
import type { RatioRow } from "./ratios.ts";
import { compared } from "./roles.ts";
import type { Figure } from "./samples.ts";
import type { Look } from "./strategy-looks.ts";
import { excludesOne, formatRatio, formatRatioInterval, formatWhole, plural } from "./wording.ts";

/** One ratio of one configuration. */
interface Entry {
  readonly place: string;
  /** Whose dot it is; undefined where the ratio is of the two that are compared. */
  readonly strategy: string | undefined;
  readonly figure: Figure;
}

interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** hint-munmap against fixed-noreplace. */
const pairLook: Look = {
  name: `${compared.before} against ${compared.after}`,
  slot: "pair",
  colour: "currentColor",
  dash: undefined,
  symbol: "circle",
};

/** Every ratio of the digest. */
export function ratiosChart({ ratios }: Digest, looks: ReadonlyMap<string, Look>): Chart {
  const groups = groupsOf(ratios).filter(({ entries }) => entries.length > 0);
  const strategies = new Set(groups.flatMap(({ entries }) => entries.map((e) => e.strategy)));
  return {
    id: "ratios",
    title: "Ratios within forks",
    alternative: sentenceOf(groups.map(summaryOf)),
    reading:
      `${compared.before} against ${compared.after}: right of the dashed line at 1, ` +
      `${compared.after} is better. In the last panel strategies stand against kernel-chosen. ` +
      "Bars are 95 % intervals; a hollow dot has none, or one that includes 1, and tells no " +
      "difference.",
    lacking: groups.length === 0 ? "No two strategies to compare" : undefined,
    panels: groups.map((group) => panelOf(group, looks)),
    legend: [...looks].filter(([id]) => strategies.has(id)).map(([, look]) => look),
    table: {
      columns: ["figure", "configuration", "strategy", "ratio, median [95 % interval]", "forks"],
      rows: groups.flatMap(({ title, entries }) =>
        entries.map(({ place, strategy, figure }) => [
          title,
          place,
          strategy ?? pairLook.name,
          formatRatioInterval(figure),
          String(figure.n),
        ]),
      ),
    },
  };
}

function groupsOf(ratios: readonly RatioRow[]): Group[] {
  const pair = (title: string, pick: (row: RatioRow) => Figure): Group => ({
    title,
    entries: ratios.map((row) => ({
      place: placeName(row),
      strategy: undefined,
      figure: pick(row),
    })),
  });
  const groups = [
    pair("p50 of a lost attempt", (row) => row.lostP50),
    pair("p99 of a lost attempt", (row) => row.lostP99),
    pair("reservations per second", (row) => row.reservations),
    {
      title: "reservations/s to kernel-chosen's",
      entries: ratios.flatMap((row) =>
        row.toControl.map(({ strategy, reservations }) => ({
          place: placeName(row),
          strategy,
          figure: reservations,
        })),
      ),
    },
  ];
  return groups.map(({ title, entries }) => ({
    title,
    entries: entries.filter(({ figure }) => figure.n > 0),
  }));
}

/** "p50 of a lost attempt 7.05 to 13.9, 8 of 8 intervals exclude 1". */
function summaryOf({ title, entries }: Group): string {
  const medians = entries.flatMap(({ figure }) => figure.median ?? []);
  const few = entries.flatMap(({ figure }) => (figure.state === "too-few" ? [figure] : []));
  const parts = [intervalWords(entries), fewWords(few, entries.length)];
  return [`${title} ${rangeText(medians, formatRatio)}`, ...parts.filter(Boolean)].join(", ");
}

/** "1 of 8 intervals excludes 1"; "" without any. */
function intervalWords(entries: readonly Entry[]): string {
  const told = entries.filter(({ figure }) => figure.state === "interval");
  const telling = told.filter(({ figure }) => excludesOne(figure)).length;
  if (told.length === 0) return "";
  const verb = telling === 1 ? "excludes" : "exclude";
  return `${telling} of ${plural(told.length, "interval")} ${verb} 1`;
}

/** "no interval of 2 forks, 6 needed", or how many of them have none. */
function fewWords(few: readonly TooFew[], outOf: number): string {
  const [first] = few;
  if (!first) return "";
  if (few.length < outOf) return `${formatWhole(few.length)} of too few forks for an interval`;
  const most = Math.max(...few.map(({ n }) => n));
  return `no interval: ${plural(most, "fork")}, ${first.needed} needed`;
}

type TooFew = Extract<Figure, { readonly state: "too-few" }>;

function wordsOf({ entries }: Group): string {
  return sentenceOf(
    entries.map(({ place, strategy, figure }) => {
      const who = strategy === undefined ? "" : `${strategy} `;
      return `${place} ${who}${formatRatioInterval(figure)}`;
    }),
  );
}

function panelOf(group: Group, looks: ReadonlyMap<string, Look>): Panel {
  const { entries } = group;
  const places = [...new Set(entries.map(({ place }) => place))];
  const strategies = [...new Set(entries.map(({ strategy }) => strategy))];
  const values = entries.flatMap(({ figure }) =>
    figure.state === "interval" ? [figure.lo, figure.hi] : [figure.median ?? 1],
  );
  const single = strategies.length === 1;
  return {
    title: group.title,
    alternative: wordsOf(group),
    x: logAxis([...values, 1], "ratio", "ratio, log scale"),
    y: { kind: "categories", label: "", names: places },
    height: 50 + places.length * (single ? 24 : 10 + 9 * strategies.length),
    marks: [
      { kind: "reference", axis: "x", at: 1 },
      ...strategies.flatMap((strategy, index) => {
        const look = strategy === undefined ? pairLook : looks.get(strategy);
        const dy = (index - (strategies.length - 1) / 2) * 9;
        const own = entries.filter((entry) => entry.strategy === strategy);
        return look ? marksOf(own, look, dy) : [];
      }),
      ...(single
        ? [
            {
              kind: "values" as const,
              rows: entries.map(({ place, figure }) => ({
                y: place,
                text: formatRatio(figure.median ?? 1),
              })),
            },
          ]
        : []),
    ],
  };
}

function marksOf(entries: readonly Entry[], look: Look, dy: number): Mark[] {
  const dots = (hollow: boolean): Mark => ({
    kind: "dots",
    look,
    hollow,
    dy,
    points: entries
      .filter(({ figure }) => excludesOne(figure) !== hollow)
      .map(({ place, strategy, figure }) => ({
        x: figure.median ?? 1,
        y: place,
        tip: [place, strategy, figureText(figure, formatRatio)].filter(Boolean).join(", "),
      })),
  });
  const spans = entries.flatMap(({ place, figure }) =>
    figure.state === "interval"
      ? [{ from: { x: figure.lo, y: place }, to: { x: figure.hi, y: place } }]
      : [],
  );
  return [{ kind: "spans", look, spans, dy }, dots(false), dots(true)];
}
