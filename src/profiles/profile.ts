/**
 * What a profile is: how a real program takes its addresses, as cited data. The constants are that
 * program's; `ways` are what it does today and what it could do instead, on the same ground.
 */

import type { Constraints } from "../model.ts";
import type { CarveWay, Way } from "../reserve/way.ts";

export interface Profile {
  /** In kebab-case; the file has the same name. */
  readonly id: string;
  /** One line for --help and the reports: who, and what it takes. */
  readonly summary: string;
  /** The function and the public source that the constants were read in. */
  readonly source: string;
  readonly constraints: Constraints;
  /** What of size, range or alignment differs from the source, by which rule; else absent. */
  readonly scaled?: string;
  readonly prot: "none" | "rw";
  /** Distance between two places of rules that step. */
  readonly stepBytes: number;
  /** No smaller than this, for rules that halve; else the size itself. */
  readonly leastBytes: number;
  /** Attempts after which a reservation is given up. */
  readonly tries: number;
  /** Each reservation begins behind the caller's last one. */
  readonly followsLast: boolean;
  /** Reservations that an actor keeps before it releases the oldest. */
  readonly hold: number;
  /** Threads that reserve, and threads that take places in the range whatever the others do. */
  readonly actors: number;
  readonly interlopers: number;
  /** The first is what the program does today; the others are compared with it. */
  readonly ways: readonly [Way, ...Way[]];
  /** What it carves from a reservation that it has; absent where it carves nothing. */
  readonly carving?: {
    readonly way: CarveWay;
    /** Sizes of the pieces, in the order in which they are committed, in bytes. */
    readonly pieces: readonly number[];
  };
}
