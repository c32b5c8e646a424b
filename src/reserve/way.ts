/**
 * What a way is: how a caller gets a place of its own, as data. Most ways are a search, a strategy
 * and a retry rule; the others are what userspace does instead of racing for addresses.
 */

/** Takes a place that was searched for, or stepped to, in the race with everybody. */
export interface SearchingWay {
  readonly kind: "searching";
  readonly id: string;
  /** Ids of the three parts. */
  readonly search: string;
  readonly strategy: string;
  readonly retry: string;
  /** Takes a lock of the whole process around search and mmap. */
  readonly locked: boolean;
  /** Keeps a misplaced mapping that lies inside the range. */
  readonly acceptsInRange: boolean;
}

/** Reserves once, before the race, and sub-allocates from that with a bitmap in shared memory. */
export interface ArenaWay {
  readonly kind: "arena";
  readonly id: string;
}

/** Asks anywhere for the size and the alignment together, and unmaps what stands over. */
export interface TrimWay {
  readonly kind: "trim";
  readonly id: string;
}

/** Gives a reservation up and takes it back at the same address, as a checkpoint does. */
export interface RestoreWay {
  readonly kind: "restore";
  readonly id: string;
  /** What holds the range between the two: nothing, or a mapping without access. */
  readonly placeholder: boolean;
}

/** Carves a reservation: commits a piece, frees it again. */
export interface CarveWay {
  readonly kind: "carve";
  readonly id: string;
  readonly commit: "map-fixed" | "mprotect";
  readonly free: "map-fixed-none" | "dontneed" | "madv-free" | "munmap";
  readonly touch: boolean;
}

export type Way = SearchingWay | ArenaWay | TrimWay | RestoreWay | CarveWay;
