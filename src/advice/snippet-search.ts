/** The searches in C: `find()` says where there was room just now, or 0. */

import type { Piece } from "./snippet-piece.ts";

const constants = ["HIGH", "BYTES", "ALIGN"];

/** Reads a line, however long its name is; of one without a name, two of three. */
const lineFormat = String.raw`
/* Of a line of the maps: start, end, and the name if there is one. */
#define LINE "%" SCNxPTR "-%" SCNxPTR "%*s%*s%*s%*s%*[ ]%15[^\n]%*[^\n]"`;

export const mapsText: Piece = {
  headers: ["inttypes.h", "stdio.h", "string.h", "unistd.h"],
  constants,
  code: `${lineFormat}

/* The lowest place at or above from that is free just now; 0 where there is none. */
static uintptr_t find(uintptr_t from)
{
    uintptr_t at = align_up(from), start, end;
    uintptr_t guard = 256 * (uintptr_t)sysconf(_SC_PAGESIZE);
    char name[16] = "";
    FILE *maps = fopen("/proc/self/maps", "re");
    if (!maps)
        return 0;
    while (fscanf(maps, LINE, &start, &end, name) >= 2) {
        if (strstr(name, "[stack]"))
            start -= guard; /* leave it room to grow */
        if (start >= at + BYTES)
            break;
        if (end > at)
            at = align_up(end);
        name[0] = 0;
    }
    fclose(maps);
    return at + BYTES <= HIGH ? at : 0;
}`,
};

export const procmapQuery: Piece = {
  headers: ["errno.h", "fcntl.h", "stdatomic.h", "sys/ioctl.h", "unistd.h"],
  constants,
  code: `
/* struct procmap_query of linux/fs.h, Linux 6.11. */
struct query {
    uint64_t size, flags, at, start, end, vma_flags, page, offset, inode;
    uint32_t major, minor, name_size, id_size;
    uint64_t name, id;
};

/* The lowest place at or above from that is free just now; 0 where there is none. */
static uintptr_t find(uintptr_t from)
{
    static atomic_int maps = -1; /* of this address space: open it again after a fork */
    if (maps < 0) {
        int none = -1, opened = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
        if (!atomic_compare_exchange_strong(&maps, &none, opened))
            close(opened);
    }
    uintptr_t at = align_up(from);
    while (at + BYTES <= HIGH) {
        /* The mapping at this address, or else the next one above. */
        struct query next = {.size = sizeof next, .flags = 0x10, .at = at};
        if (ioctl(maps, 0xc0686611UL, &next) != 0)
            return errno == ENOENT ? at : 0; /* nothing above; or no such query here */
        if (next.start >= at + BYTES)
            return at;
        at = align_up(next.end);
    }
    return 0;
}`,
};

export const cachedMaps: Piece = {
  headers: ["inttypes.h", "stddef.h", "stdio.h", "string.h", "unistd.h"],
  constants: ["LOW", ...constants],
  code: `${lineFormat}

/* What is taken in the range, as this thread knows it; read again after a lost
   place, and where it has no room. */
static _Thread_local struct { uintptr_t start, end; } taken[4096];
static _Thread_local size_t known;

static void remember(uintptr_t start, uintptr_t end)
{
    if (known > 0 && taken[known - 1].end == start)
        taken[known - 1].end = end;
    else if (known < sizeof taken / sizeof *taken) {
        taken[known].start = start;
        taken[known++].end = end;
    } else
        taken[known - 1].end = HIGH; /* more than fit: nothing is known to be free above */
}

static void read_maps(void)
{
    uintptr_t start, end, guard = 256 * (uintptr_t)sysconf(_SC_PAGESIZE);
    char name[16] = "";
    FILE *maps = fopen("/proc/self/maps", "re");
    remember(0, LOW);
    while (maps && fscanf(maps, LINE, &start, &end, name) >= 2) {
        if (end > LOW && start < HIGH)
            remember(strstr(name, "[stack]") ? start - guard : start, end);
        name[0] = 0;
    }
    if (maps)
        fclose(maps);
}

/* The lowest place at or above from that is not known to be taken; 0 where there is none. */
static uintptr_t find_known(uintptr_t from)
{
    uintptr_t at = align_up(from);
    for (size_t i = 0; i < known; i++)
        if (taken[i].start < at + BYTES && taken[i].end > at) {
            at = align_up(taken[i].end);
            i = (size_t)-1; /* they are in no order: begin anew */
        }
    return at + BYTES <= HIGH ? at : 0;
}

/* Where the table has no room the maps may: what others had may be gone. */
static uintptr_t find(uintptr_t from)
{
    uintptr_t at = known > 0 ? find_known(from) : 0;
    if (at != 0)
        return at;
    known = 0;
    read_maps();
    return find_known(from);
}`,
};
