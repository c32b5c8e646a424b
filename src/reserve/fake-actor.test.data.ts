/**
 * One actor's tools over a kernel that is made of memory: mmap and munmap as FakeKernel answers
 * them, searches in what it has mapped. A call takes ten ticks, what is between two takes none.
 */

import { type Address, address } from "../model.ts";
import { type SystemCall, systemCalls, type TimedCalls } from "../probe/timed-calls.ts";
import type { Profile } from "../profiles/profile.ts";
import type { PathCounts } from "../results/path-schema.ts";
import { FakeCalls } from "../search/fake-calls.test.data.ts";
import { ENOMEM } from "../sys/constants.ts";
import { FakeKernel, type FakeOptions, pageBytes } from "../sys/fake-kernel.test.data.ts";
import type { ActorTools } from "./actor-tools.ts";
import { Grip } from "./grip.ts";
import { PathMemory } from "./path-memory.ts";
import { Tape, type TapeReport } from "./tape.ts";
import type { SearchingWay } from "./way.ts";

export const callTicks = 10;
/** A place of the profile below, and where its range begins: eight places, one behind the other. */
export const bytes = 131_072;
export const low = address(2 ** 32);

/** The place of an index in the range. */
export function placeAt(index: number): Address {
  return address(low + index * bytes);
}

const searching: SearchingWay = {
  kind: "searching",
  id: "a-way",
  search: "maps-text",
  strategy: "fixed-noreplace",
  retry: "next-gap",
  locked: false,
  acceptsInRange: false,
};

/** A searching way: looks at the maps, asks with the flag, and goes on to the next gap. */
export function wayOf(changes: Partial<SearchingWay> = {}): SearchingWay {
  return { ...searching, ...changes };
}

export const profile: Profile = {
  id: "a-profile",
  summary: "eight places",
  source: "a_test()",
  constraints: { low, high: address(low + 8 * bytes), bytes, alignBytes: bytes },
  prot: "none",
  stepBytes: bytes,
  leastBytes: bytes,
  tries: 3,
  followsLast: false,
  hold: 0,
  actors: 1,
  interlopers: 0,
  ways: [searching],
};

type Call = readonly [name: SystemCall, ...args: readonly number[]];

/** One actor's calls of a fake kernel. */
export class ActorCalls implements TimedCalls {
  beganTicks = 0;
  endedTicks = 0;
  spentTicks = 0;
  readonly made = new Uint32Array(systemCalls.length);
  /** Every call so far. */
  readonly log: Call[] = [];
  /** What others do just before a call, if it is theirs to do. */
  before: (...call: Call) => void = () => {};
  /** The errno of a call that the kernel refuses. */
  refuses: (...call: Call) => number | undefined = () => undefined;
  readonly #kernel: FakeKernel;
  readonly #search: FakeCalls;

  constructor(kernel: FakeKernel) {
    this.#kernel = kernel;
    this.#search = new FakeCalls({
      get ranges() {
        return kernel.mappings;
      },
    });
  }

  call(name: SystemCall, ...words: readonly (number | bigint)[]): number {
    const args = words.map(Number);
    this.before(name, ...args);
    (this.made[systemCalls.indexOf(name)] as number)++;
    this.log.push([name, ...args]);
    this.beganTicks = this.spentTicks;
    this.spentTicks += callTicks;
    this.endedTicks = this.spentTicks;
    const errno = this.refuses(name, ...args);
    return errno === undefined ? this.#answer(name, args) : -errno;
  }

  now(): number {
    return this.spentTicks;
  }

  count(name: SystemCall): number {
    return this.made[systemCalls.indexOf(name)] as number;
  }

  #answer(name: SystemCall, args: readonly number[]): number {
    const [at = 0, size = 0, prot = 0, flags = 0] = args;
    if (name === "mmap") return this.#kernel.mmap(at, size, prot, flags);
    if (name === "munmap") return this.#kernel.munmap(at, size);
    if (name === "mprotect" || name === "madvise") return this.#isMapped(at, size) ? 0 : -ENOMEM;
    return this.#search.call(name, ...args);
  }

  #isMapped(start: number, size: number): boolean {
    const inside = this.#kernel.mappings.map((mapping) =>
      Math.max(0, Math.min(mapping.end, start + size) - Math.max(mapping.start, start)),
    );
    return inside.reduce((sum, part) => sum + part, 0) === size;
  }
}

export interface FakeActor {
  readonly tools: ActorTools;
  readonly calls: ActorCalls;
  readonly kernel: FakeKernel;
  /** What it has written down so far. */
  readonly report: () => TapeReport;
}

export interface FakeActorOptions {
  readonly kernel?: FakeKernel | FakeOptions;
  readonly profile?: Partial<Profile>;
  readonly memory?: PathMemory;
  readonly actor?: number;
  readonly flagUse?: ActorTools["flagUse"];
  readonly random?: () => number;
}

/** An actor, alone in its process unless it is given others' memory and kernel. */
export function fakeActor(options: FakeActorOptions = {}): FakeActor {
  const { memory = new PathMemory(2), actor = 0, random = () => 0 } = options;
  const kernel =
    options.kernel instanceof FakeKernel ? options.kernel : new FakeKernel(options.kernel);
  const calls = new ActorCalls(kernel);
  const tape = new Tape(true);
  const grip = new Grip(calls, memory.rangesOf(actor), 0, tape);
  const flagUse = options.flagUse ?? { isUnusable: false, pretendOldKernel: false };
  const tools: ActorTools = {
    ...{ calls, pageBytes, grip, memory, actor, flagUse, random },
    profile: { ...profile, ...options.profile },
  };
  return { tools, calls, kernel, report: () => tape.report() };
}

/** The counts that are not 0. */
export function countsSeen({ counts }: TapeReport): Partial<PathCounts> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}
