/** The retry rules in C: `reserve()`, in a loop that ends. */

import type { Piece } from "./snippet-piece.ts";

const what = "/* A place of its own for the caller, or NULL with errno. */";

/** `keeps` what it knows between two calls. */
export function nextGapReserve(keeps: boolean): Piece {
  const keeping = `        if (got)
            remember(at, at + BYTES);
        if (got || errno != EEXIST)
            return got;
        known = 0; /* out of date */`;
  const plain = `        if (got || errno != EEXIST)
            return got;`;
  return {
    headers: ["errno.h", "stddef.h"],
    constants: ["LOW", "BYTES", "ALIGN", "TRIES"],
    code: `
${what}
void *reserve(void)
{
    uintptr_t at = find(LOW);
    for (int tried = 0; at != 0 && tried < TRIES; tried++) {
        void *got = take(at, BYTES);
${keeps ? keeping : plain}
        at = find(at + ALIGN);
    }
    errno = ENOMEM;
    return NULL;
}${keeps ? forgetting : ""}`,
  };
}

const forgetting = `

/* By the thread that reserved it: another one's table would not hear of it. */
void release(void *place)
{
    uintptr_t start = (uintptr_t)place, end = start + BYTES;
    munmap(place, BYTES);
    for (size_t i = 0; i < known; i++) {
        uintptr_t old = taken[i].end;
        if (taken[i].start > start || old < end)
            continue;
        if (taken[i].start < start)
            taken[i].end = start;
        else
            taken[i] = taken[--known];
        if (old > end)
            remember(end, old);
        return;
    }
}`;

export const nextStepReserve: Piece = {
  headers: ["errno.h", "stddef.h"],
  constants: ["LOW", "HIGH", "BYTES", "ALIGN", "STEP", "TRIES"],
  code: `
${what}
void *reserve(void)
{
    uintptr_t at = align_up(LOW);
    for (int tried = 0; tried < TRIES && at + BYTES <= HIGH; tried++, at += STEP) {
        void *got = take(at, BYTES);
        if (got || errno != EEXIST)
            return got;
    }
    errno = ENOMEM;
    return NULL;
}`,
};

export const randomReserve: Piece = {
  headers: ["errno.h", "stddef.h", "sys/random.h"],
  constants: ["LOW", "HIGH", "BYTES", "ALIGN", "TRIES"],
  code: `
/* xorshift64, seeded for each thread: no two try the same places in the same order. */
static uint64_t any(void)
{
    static _Thread_local uint64_t state;
    if (state == 0 && getrandom(&state, sizeof state, 0) != sizeof state)
        state = (uintptr_t)&state;
    state |= state == 0;
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

${what}
void *reserve(void)
{
    uintptr_t first = align_up(LOW), places = (HIGH - BYTES - first) / ALIGN + 1;
    for (int tried = 0; tried < TRIES; tried++) {
        void *got = take(first + any() % places * ALIGN, BYTES);
        if (got || errno != EEXIST)
            return got;
    }
    errno = ENOMEM;
    return NULL;
}`,
};

export const bothEndsReserve: Piece = {
  headers: ["errno.h", "stddef.h"],
  constants: ["LOW", "HIGH", "BYTES", "ALIGN", "STEP", "TRIES"],
  code: `
${what}
void *reserve(void)
{
    uintptr_t lower = align_up(LOW), upper = (HIGH - BYTES) & ~(uintptr_t)(ALIGN - 1);
    for (int tried = 0; tried < TRIES; tried += 2, lower += STEP, upper -= STEP) {
        void *got = take(lower, BYTES);
        if (!got && errno == EEXIST && upper > lower)
            got = take(upper, BYTES);
        if (got || errno != EEXIST)
            return got;
        if (upper - lower < 2 * STEP)
            break; /* they have met */
    }
    errno = ENOMEM;
    return NULL;
}`,
};

export const arenaReserve: Piece = {
  headers: ["errno.h", "stdatomic.h", "stddef.h"],
  constants: ["LOW", "HIGH", "BYTES", "ALIGN", "STEP", "TRIES", "STRIDE", "PIECES", "PROT"],
  code: `
static char *arena;
static _Atomic uint64_t taken; /* a bit for each piece */

/* Call it once, before the first thread starts. 0, or -1 with errno. */
int open_arena(void)
{
    uintptr_t at = align_up(LOW);
    for (int tried = 0; tried < TRIES && at + PIECES * STRIDE <= HIGH; tried++, at += STEP) {
        arena = take(at, PIECES * STRIDE);
        if (arena || errno != EEXIST)
            return arena ? 0 : -1;
    }
    errno = ENOMEM;
    return -1;
}

/* What is inside the arena is the process's own: there, and only there, MAP_FIXED is safe. */
static void *remap(char *piece, int prot)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    void *got = mmap(piece, BYTES, prot, flags, -1, 0);
    return got == MAP_FAILED ? NULL : got;
}

${what}
void *reserve(void)
{
    for (unsigned piece = 0; piece < PIECES; piece++) {
        uint64_t bit = UINT64_C(1) << piece;
        if (atomic_load(&taken) & bit || atomic_fetch_or(&taken, bit) & bit)
            continue;
        void *got = remap(arena + piece * STRIDE, PROT);
        if (!got)
            atomic_fetch_and(&taken, ~bit);
        return got;
    }
    errno = ENOMEM;
    return NULL;
}

/* Maps over it: after a munmap the place would be anybody's. Where that fails, with ENOMEM at
   vm.max_map_count, the piece stays taken, and with what is in it: call it again later. */
int release(void *place)
{
    if (!remap(place, PROT_NONE))
        return -1;
    atomic_fetch_and(&taken, ~(UINT64_C(1) << (((char *)place - arena) / STRIDE)));
    return 0;
}`,
};

/** At multiples of a page there is nothing to trim. */
export const plainReserve: Piece = {
  headers: ["stddef.h"],
  constants: ["BYTES", "PROT"],
  code: `
${what}
void *reserve(void)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *got = mmap(NULL, BYTES, PROT, flags, -1, 0);
    return got == MAP_FAILED ? NULL : got;
}`,
};

export const overReserve: Piece = {
  headers: ["stddef.h"],
  constants: ["BYTES", "ALIGN", "PROT"],
  code: `
${what}
void *reserve(void)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    char *got = mmap(NULL, BYTES + ALIGN, PROT, flags, -1, 0);
    if (got == MAP_FAILED)
        return NULL;
    char *place = (char *)align_up((uintptr_t)got);
    if (place > got)
        munmap(got, (size_t)(place - got));
    munmap(place + BYTES, (size_t)(got + ALIGN - place));
    return place;
}`,
};
