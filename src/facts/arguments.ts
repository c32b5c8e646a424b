/**
 * Facts about arguments: lengths, flags and descriptors that are odd, and what munmap says to them.
 */

import { occupant, pages } from "./declare.ts";
import type { Fact } from "./fact.ts";

const taken = [occupant(16, 4)];

export const argumentFacts: readonly Fact[] = [
  {
    kind: "window",
    row: "12",
    title: "with MAP_SHARED_VALIDATE, free",
    occupants: [],
    window: pages(16, 4),
    backing: "file",
    needs: "files",
    expected: { "shared-validate+noreplace": "EOPNOTSUPP" },
  },
  {
    kind: "window",
    row: "12",
    title: "with MAP_SHARED_VALIDATE, taken",
    occupants: taken,
    window: pages(16, 4),
    backing: "file",
    needs: "files",
    expected: { "shared-validate+noreplace": "EEXIST" },
  },
  {
    kind: "window",
    row: "13",
    title: "bad file descriptor, taken",
    occupants: taken,
    window: pages(16, 4),
    backing: "bad descriptor",
    needs: "files",
    expected: { noreplace: "EBADF" },
  },
  {
    kind: "window",
    row: "15",
    title: "length 0",
    occupants: [],
    window: pages(16, 0),
    expected: { hint: "EINVAL", noreplace: "EINVAL" },
  },
  {
    kind: "window",
    row: "22",
    title: "unknown flag bit 0x10000000, free",
    occupants: [],
    window: pages(16, 4),
    expected: { "unknown-bit": "exact" },
  },
  {
    kind: "window",
    row: "24",
    title: "munmap of an unmapped range",
    occupants: [],
    window: pages(16, 4),
    expected: { munmap: "done" },
  },
  {
    kind: "window",
    row: "24",
    title: "munmap of an unaligned address",
    occupants: taken,
    window: pages(16, 4, 0, 1),
    expected: { munmap: "EINVAL" },
  },
  {
    kind: "window",
    row: "24",
    title: "munmap of length 0",
    occupants: taken,
    window: pages(16, 0),
    expected: { munmap: "EINVAL" },
  },
];
