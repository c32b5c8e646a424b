/**
 * The race for addresses itself: search, attempt, retry. A reservation is timed from before its
 * first search to the end of the call that won it, or of the last one that lost it.
 */

import type { Address } from "../model.ts";
import { retryRuleOf } from "../retry/index.ts";
import type { Candidate } from "../retry/retry.ts";
import { searchOf } from "../search/index.ts";
import { none } from "../search/none.ts";
import { fixed } from "../strategies/fixed.ts";
import { strategyOf } from "../strategies/index.ts";
import { flagsOf } from "../strategies/strategy.ts";
import type { ActorTools, PathActor } from "./actor-tools.ts";
import { openCarver } from "./carving.ts";
import type { Fate, Held } from "./grip.ts";
import { keepLatest } from "./keep-latest.ts";
import { lock, unlock } from "./process-lock.ts";
import type { SearchingWay } from "./way.ts";

/** A search followed by plain MAP_FIXED: what was free when it was looked at is replaced. */
const checkThenFixed = "check-then-fixed";

export function openSearching(tools: ActorTools, way: SearchingWay): PathActor {
  const { profile, grip, random, memory } = tools;
  const { constraints } = profile;
  const { calls } = grip;
  const search = searchOf(way.search);
  const searcher = search.open(tools);
  const rule = retryRuleOf(way.retry);
  const strategy = way.strategy === checkThenFixed ? fixed : strategyOf(way.strategy);
  const flags = flagsOf(strategy, tools.flagUse);
  const carver = openCarver(tools);
  const accepts = (at: Address): boolean =>
    way.acceptsInRange &&
    at >= constraints.low &&
    at + constraints.bytes <= constraints.high &&
    at % constraints.alignBytes === 0;
  let from = constraints.low;
  const lastPlace = constraints.high - constraints.bytes;
  /** Where the last search said that there is room. */
  let found: Address | undefined;

  const find = (start: Address, bytes: number): Address | undefined => {
    const wanted = bytes === constraints.bytes ? constraints : { ...constraints, bytes };
    if (search === none) return searcher.find(wanted, start);
    const { spentTicks } = calls;
    const began = calls.now();
    found = searcher.find(wanted, start);
    grip.tape.counts.searches++;
    grip.tape.time("search", calls.now() - began);
    grip.tape.time("search-kernel", calls.spentTicks - spentTicks);
    return found;
  };

  const attempt = (candidate: Candidate): { fate: Fate; held?: Held } => {
    const answer = grip.attempt(candidate, flags, accepts);
    const isFresh = candidate.at === found;
    found = undefined;
    if (isFresh) grip.tape.counts.fresh++;
    if (isFresh && answer.fate === "lost") grip.tape.counts.stale++;
    const { held: own } = answer;
    // Who failed has learned of a limit, and nothing of the place.
    const isLost = own?.at !== candidate.at && answer.fate !== "failed";
    if (isLost) searcher.learn(candidate.at, candidate.bytes, "lost");
    if (own) searcher.learn(own.at, own.bytes, "placed");
    return answer;
  };

  // One object for all reservations: what is made anew in each of them would be timed with it.
  const retry = {
    ...{ constraints, find, random },
    ...{ stepBytes: profile.stepBytes, leastBytes: profile.leastBytes },
    get from(): Address {
      return profile.followsLast ? from : constraints.low;
    },
  };

  /** The pieces that were had, none where the reservation is given up. */
  const tryPlaces = (): Held[] => {
    const places = rule.candidates(retry);
    const pieces: Held[] = [];
    let next = places.next();
    for (let tried = 1; !next.done; tried++) {
      const { fate, held: piece } = attempt(next.value);
      if (piece) pieces.push(piece);
      // Neither a limit nor a mistake goes away at another place; a smaller piece may fit.
      if (fate === "failed" && !rule.keepsPieces) break;
      // Asked for another place, the rule might search for one that nobody is to try.
      if ((piece && !rule.keepsPieces) || tried === profile.tries) break;
      next = places.next(piece !== undefined);
    }
    return pieces;
  };

  /** The pieces of a reservation. */
  const reserve = (): Held[] | undefined => {
    const { spentTicks } = calls;
    const began = calls.now();
    if (way.locked) lock(memory.lock);
    const pieces = tryPlaces();
    if (way.locked) unlock(memory.lock);
    grip.tape.counts.reservations++;
    grip.timeReservation(began, spentTicks);
    const last = pieces.at(-1);
    const behind = last ? last.at + last.bytes : constraints.high;
    // Who has come to the end of the range begins anew at its low end.
    from = behind <= lastPlace ? (behind as Address) : constraints.low;
    if (!last) grip.tape.counts.givenUp++;
    for (const piece of pieces) carver.carve(piece);
    return last && pieces;
  };

  const release = (pieces: readonly Held[]): void => {
    for (const piece of pieces) {
      grip.release(piece);
      searcher.learn(piece.at, piece.bytes, "released");
    }
  };

  return keepLatest({ hold: profile.hold, reserve, release, close: () => searcher.close() });
}
