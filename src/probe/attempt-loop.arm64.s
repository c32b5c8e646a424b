// The measured loop for AArch64: a whole batch of attempts in one call.
//
// Nothing of the caller's runtime runs between the first clock read and the last. Every system call
// is timed by the instruction before it and the instruction after it (isb waits until everything
// before it has executed). The layout of the batch, the record classes and the flags are those of
// batch.ts, the words of a single call those of call-words.ts; a test holds the files together.
// `npm run assemble` turns this file into code.ts.
//
// Position independent, no stack, no data, no relocations, and only the instructions of ARMv8.0. A
// system call preserves every register but x0, so the registers that a callee may destroy do.

        .arch   armv8-a
        .text

// The batch: 64-bit words, addressed from `batch`.
        .equ    WINDOWS,        0       // address of the window table, 32 bytes a window
        .equ    ORDER,          8       // address of u32: window index, asked for in turn | delay << 16
        .equ    ORDER_MASK,     16      // their number, a power of two, minus one
        .equ    CURSOR,         24      // in and out: number of the next attempt
        .equ    ATTEMPT_LIMIT,  32      // stop when the cursor gets here
        .equ    DEADLINE,       40      // stop when the clock gets here, in ticks
        .equ    CLAIMS,         48      // address of the shared u32 claims, 0 = nobody's
        .equ    ACTOR,          56      // what this actor writes into a claim and into a page
        .equ    PROT,           64
        .equ    FLAGS,          72
        .equ    TOUCH_BYTES,    80      // written from the start of a placed window, in pages
        .equ    PAGE_BYTES,     88
        .equ    RING,           96      // address of the held mappings: (address, window) pairs
        .equ    RING_BYTES,     104     // 16 bytes a pair; one pair more than attempts of hold
        .equ    RING_AT,        112     // in and out: offset of the current pair, which is empty
        .equ    LOG,            120     // address of the first record
        .equ    LOG_LIMIT,      128     // stop when the next record would begin above this
        .equ    LOG_END,        136     // out: address behind the last record
        .equ    STARTED,        144     // out: ticks
        .equ    ENDED,          152     // out: ticks
        .equ    NOW,            160     // the latest clock read
        .equ    DELAY,          168     // pauses of an owner before it goes on

// A window: 64-bit words. An address of 0 asks for no particular place.
        .equ    W_START,        0
        .equ    W_BYTES,        8
        .equ    W_CLAIM,        16      // index of its first claim
        .equ    W_CLAIMS,       24      // how many claims it covers

// A record: u32 ticks, u16 class and flags, u16 errno.
        .equ    PLACED,         0
        .equ    REJECTED,       1
        .equ    MISPLACED,      2
        .equ    FAILED,         3
        .equ    CLEANUP,        4
        .equ    LOST,           5
        .equ    RELEASE,        6
        .equ    CLAIM_BROKEN,   0x80    // placed: it had an owner; release: it has another one now
        .equ    CANARY_BROKEN,  0x40    // release: the page does not hold what its owner wrote

// A single call: 64-bit words.
        .equ    CALL_NUMBER,    0       // all ones = no call
        .equ    CALL_ARGUMENTS, 8       // six of them
        .equ    CALL_RESULT,    56      // out: as the kernel returned it; without a call, anything
        .equ    CALL_BEGAN,     64      // out: ticks
        .equ    CALL_ENDED,     72      // out: ticks

        .equ    SYS_MMAP,       222
        .equ    SYS_MUNMAP,     215
        .equ    EEXIST,         17
        .equ    ERRNO_FLOOR,    -4095

// What lives longer than a few lines. x0 is an address or a result, w1 ticks, w2 a record's class.
batch   .req    x9
record  .req    x10                     // where the next record goes
number  .req    x11                     // number of this attempt
window  .req    x12                     // the window asked for, or released
began   .req    x13                     // when the attempt began
class   .req    w14                     // class and flags of a release

// Reads the clock into a register.
.macro CLOCK into
        isb
        mrs     \into, cntvct_el0
.endm

// Leaves the ticks from `since` to x1 in w1, saturated; destroys x2.
.macro TICKS since
        sub     x1, x1, \since
        lsr     x2, x1, #32
        cmp     x2, #0
        csinv   w1, w1, wzr, eq
.endm

// Reads the clock after a call, remembers it for the deadline, and leaves the ticks since `since`
// in w1, saturated; destroys x2.
.macro ELAPSED since
        CLOCK   x1
        str     x1, [batch, #NOW]
        TICKS   \since
.endm

// Appends a record: ticks in w1, class with flags and errno in w2.
.macro RECORD
        stp     w1, w2, [record], #8
.endm

// Moves on to the oldest pair of the ring and, if it holds a mapping, gives up the claim and then
// releases: in the other order the next owner would find a claim that nobody stands behind. The
// next owner sees the claim given up, since the kernel's lock, which munmap drops after it and that
// owner's mmap takes, orders the two.
// Expanded in both places, not called, as on x86-64.
.macro RELEASE_OLDEST
        ldr     x3, [batch, #RING_AT]
        ldr     x4, [batch, #RING_BYTES]
        add     x3, x3, #16
        cmp     x3, x4
        csel    x3, xzr, x3, eq
        str     x3, [batch, #RING_AT]
        ldr     x4, [batch, #RING]
        add     x3, x3, x4
        ldr     x0, [x3]
        cbz     x0, 12f
        str     xzr, [x3]
        ldr     window, [x3, #8]
        mov     class, #RELEASE
        ldr     x6, [batch, #ACTOR]
        ldr     x3, [batch, #TOUCH_BYTES]
        cbz     x3, 7f
        ldr     x3, [x0]
        cmp     x3, x6
        b.eq    7f
        orr     class, class, #CANARY_BROKEN
7:      ldr     x3, [window, #W_CLAIMS]
        ldr     x4, [batch, #CLAIMS]
        ldr     x5, [window, #W_CLAIM]
        add     x4, x4, x5, lsl #2
        b       11f
8:      sub     x3, x3, #1
        add     x5, x4, x3, lsl #2
9:      ldaxr   w7, [x5]
        cmp     w7, w6
        b.ne    10f
        stlxr   w8, wzr, [x5]
        cbnz    w8, 9b
        b       11f
10:     orr     class, class, #CLAIM_BROKEN
11:     cbnz    x3, 8b
        ldr     x1, [window, #W_BYTES]
        mov     x8, #SYS_MUNMAP
        CLOCK   x3
        svc     #0
        ELAPSED x3
        neg     w0, w0
        orr     w2, class, w0, lsl #16
        RECORD
12:
.endm

// ------------------------------------------------------------------------ void run_batch(batch *)
        .globl  run_batch
run_batch:
        mov     batch, x0
        ldr     record, [batch, #LOG]
        ldr     number, [batch, #CURSOR]
        CLOCK   x0
        str     x0, [batch, #STARTED]
        str     x0, [batch, #NOW]

attempt:
        ldr     x0, [batch, #ORDER_MASK]
        and     x0, x0, number
        ldr     x1, [batch, #ORDER]
        ldr     w0, [x1, x0, lsl #2]
        lsr     w1, w0, #16
        str     x1, [batch, #DELAY]
        and     x0, x0, #0xffff
        ldr     x1, [batch, #WINDOWS]
        add     window, x1, x0, lsl #5
        ldr     x0, [window, #W_START]
        ldr     x1, [window, #W_BYTES]
        ldr     x2, [batch, #PROT]
        ldr     x3, [batch, #FLAGS]
        mov     x4, #-1
        mov     x5, #0
        mov     x8, #SYS_MMAP
        CLOCK   began
        svc     #0                              // x0: what mmap returned, from here to `next`
        ELAPSED began
        ldr     x3, [window, #W_START]
        cmp     x0, x3
        b.eq    placed
        cmn     x0, #-ERRNO_FLOOR
        b.hs    returned_errno
        cbz     x3, placed                      // nowhere asked for: anywhere will do

// Succeeded elsewhere. The attempt is lost only when the cleanup unmap is done as well.
        mov     w2, #MISPLACED
        RECORD
        ldr     x1, [window, #W_BYTES]
        mov     x8, #SYS_MUNMAP
        CLOCK   x3
        svc     #0
        ELAPSED x3
        neg     w0, w0
        mov     w2, #CLEANUP
        orr     w2, w2, w0, lsl #16
        RECORD
        ldr     x1, [batch, #NOW]
        TICKS   began
        mov     w2, #LOST
        RECORD
        b       next

returned_errno:
        neg     w0, w0
        mov     w2, #REJECTED
        mov     w3, #FAILED
        cmp     w0, #EEXIST
        csel    w2, w2, w3, eq
        orr     w2, w2, w0, lsl #16
        RECORD
        b       next

// The window is ours, or so the kernel says: the claim tells whether somebody else thinks the same.
// An exchange, not a compare: the newest owner always stands in the claim, so that the one before
// finds out at its release.
placed:
        mov     w2, #PLACED
        ldr     x3, [window, #W_CLAIMS]
        ldr     x4, [batch, #CLAIMS]
        ldr     x5, [window, #W_CLAIM]
        add     x4, x4, x5, lsl #2
        ldr     x6, [batch, #ACTOR]
        b       3f
1:      sub     x3, x3, #1
        add     x5, x4, x3, lsl #2
2:      ldaxr   w7, [x5]
        stlxr   w8, w6, [x5]
        cbnz    w8, 2b
        cbz     w7, 3f
        orr     w2, w2, #CLAIM_BROKEN
3:      cbnz    x3, 1b
        RECORD
        ldr     x3, [batch, #TOUCH_BYTES]       // last page first: the first is written last
        ldr     x4, [batch, #PAGE_BYTES]
        b       5f
4:      sub     x3, x3, x4
        str     x6, [x0, x3]
5:      cbnz    x3, 4b
        ldr     x3, [batch, #RING]
        ldr     x4, [batch, #RING_AT]
        add     x3, x3, x4
        stp     x0, window, [x3]

// A delay, where one is asked for, widens the race: the owner owns for longer, and nobody else waits.
        ldr     x1, [batch, #DELAY]
        b       14f
13:     yield
        sub     x1, x1, #1
14:     cbnz    x1, 13b

next:
        RELEASE_OLDEST
        add     number, number, #1
        ldr     x0, [batch, #ATTEMPT_LIMIT]
        cmp     number, x0
        b.hs    drain
        ldr     x0, [batch, #NOW]
        ldr     x1, [batch, #DEADLINE]
        cmp     x0, x1
        b.hs    drain
        ldr     x0, [batch, #LOG_LIMIT]
        cmp     record, x0
        b.ls    attempt

// Everything still held is given up before anybody audits.
drain:
        str     number, [batch, #CURSOR]
        ldr     number, [batch, #RING_BYTES]
6:      RELEASE_OLDEST
        subs    number, number, #16
        b.ne    6b
        CLOCK   x0
        str     x0, [batch, #ENDED]
        str     record, [batch, #LOG_END]
        ret

// ------------------------------ void time_calls(u32 *ticks, u64 count, u64 number, u64 with_call)
// The floor: `count` timed regions around nothing, or around a system call without arguments.
        .globl  time_calls
time_calls:
        mov     x9, x0
        mov     x8, x2
1:      CLOCK   x4
        cbz     x3, 2f
        svc     #0
2:      CLOCK   x5
        sub     x5, x5, x4
        str     w5, [x9], #4
        subs    x1, x1, #1
        b.ne    1b
        ret

// ---------------------------------------------------------------------------- u64 read_ticks(void)
        .globl  read_ticks
read_ticks:
        CLOCK   x0
        ret

// --------------------------------------------------------------------- void timed_call(u64 *words)
// One system call, timed as those of the loop are.
        .globl  timed_call
timed_call:
        mov     x9, x0
        ldp     x0, x1, [x9, #CALL_ARGUMENTS]
        ldp     x2, x3, [x9, #CALL_ARGUMENTS + 16]
        ldp     x4, x5, [x9, #CALL_ARGUMENTS + 32]
        ldr     x8, [x9, #CALL_NUMBER]
        CLOCK   x10
        cmn     x8, #1
        b.eq    1f
        svc     #0
1:      CLOCK   x11
        str     x0, [x9, #CALL_RESULT]
        stp     x10, x11, [x9, #CALL_BEGAN]
        ret
