/** The strategies in C: `take()` asks for one place, and says EEXIST where somebody has it. */

import type { Piece } from "./snippet-piece.ts";

const constants = ["PROT"];

export const takeByFlag: Piece = {
  headers: ["errno.h", "stddef.h"],
  constants: [...constants, "MAP_FIXED_NOREPLACE"],
  code: `
/* The place, or NULL; errno EEXIST where somebody has it. */
static void *take(uintptr_t at, size_t bytes)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void *got = mmap((void *)at, bytes, PROT, flags, -1, 0);
    if (got == MAP_FAILED)
        return NULL;
    if ((uintptr_t)got == at)
        return got;
    munmap(got, bytes); /* what is below this program does not know the flag */
    errno = EEXIST;
    return NULL;
}`,
};

export const takeByHint: Piece = {
  headers: ["errno.h", "stddef.h"],
  constants,
  code: `
/* The place, or NULL; errno EEXIST where somebody has it, or the hint was refused. */
static void *take(uintptr_t at, size_t bytes)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *got = mmap((void *)at, bytes, PROT, flags, -1, 0);
    if (got == MAP_FAILED)
        return NULL;
    if ((uintptr_t)got == at)
        return got;
    munmap(got, bytes); /* for a moment it may have stood in somebody else's way */
    errno = EEXIST;
    return NULL;
}`,
};

/** The test is tcmalloc's: MapFixedNoReplaceFlagAvailable(). */
const flagTest: Piece = {
  headers: ["errno.h", "stddef.h", "unistd.h"],
  constants: ["MAP_FIXED_NOREPLACE"],
  code: `
static int exactly; /* MAP_FIXED_NOREPLACE, or 0 where it cannot be trusted */

/* Call it once, before the first thread starts. Map one page and ask for two that begin one page
   below it: EEXIST says that the flag is there, and sees a mapping that begins inside. */
void test_flag(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    char *room = mmap(NULL, 2 * page, PROT_NONE, flags, -1, 0);
    if (room == MAP_FAILED)
        return;
    munmap(room, page);
    char *got = mmap(room, 2 * page, PROT_NONE, flags | MAP_FIXED_NOREPLACE, -1, 0);
    exactly = got == MAP_FAILED && errno == EEXIST ? MAP_FIXED_NOREPLACE : 0;
    if (got != MAP_FAILED)
        munmap(got, 2 * page);
    if (got != room)
        munmap(room + page, page);
}`,
};

export const takeByTest: Piece[] = [
  flagTest,
  {
    headers: ["errno.h", "stddef.h"],
    constants,
    code: `
/* The place, or NULL; errno EEXIST where somebody has it. */
static void *take(uintptr_t at, size_t bytes)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | exactly;
    void *got = mmap((void *)at, bytes, PROT, flags, -1, 0);
    if (got == MAP_FAILED)
        return NULL;
    if ((uintptr_t)got == at)
        return got;
    munmap(got, bytes); /* without the flag the address is a hint */
    errno = EEXIST;
    return NULL;
}`,
  },
];
