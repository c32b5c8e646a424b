/**
 * What a load scenario is: which windows there are, who holds them, and who asks in which order.
 */

export interface Scenario {
  /** In kebab-case; the file has the same name. */
  readonly id: string;
  /** One line for --help and the reports. */
  readonly summary: string;
  /** Number of windows where --windows does not say. */
  readonly windows: number;
  /** The scenario is about exactly this number of windows: --windows does not apply. */
  readonly windowsAreFixed: boolean;
  /** A third party holds every window for the whole trial. */
  readonly occupied: boolean;
  /** Asked for in turn, or at random (seeded). */
  readonly order: "cyclic" | "random";
  /** Runs only with one actor. */
  readonly soloOnly: boolean;
  /** Attempts for which a placed window is kept, where --hold does not say. */
  readonly hold: (actors: number, windows: number) => number;
}
