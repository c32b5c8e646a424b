import { address } from "../model.ts";
import type { RetryRule } from "./retry.ts";

/** Go's and QEMU's way up: what lies between two steps is never tried. */
export const nextStep: RetryRule = {
  id: "next-step",
  summary: "searches for the first place only, then goes up by a fixed step",
  keepsPieces: false,
  *candidates({ constraints: { high, bytes }, from, stepBytes, find }) {
    const first = find(from, bytes);
    if (first === undefined) return;
    for (let at: number = first; at + bytes <= high; at += stepBytes) {
      if (yield { at: address(at), bytes }) return;
    }
  },
};
