/** Sizes in bytes, as profiles write them. */
export const KiB = 2 ** 10;
export const MiB = 2 ** 20;
export const GiB = 2 ** 30;

/** The largest page of any kernel: who is at home on its multiples is aligned everywhere. */
export const anyPageBytes = 64 * KiB;
