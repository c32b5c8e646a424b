# The measured loop for x86-64: a whole batch of attempts in one call.
#
# Nothing of the caller's runtime runs between the first clock read and the last. Every system call
# is timed by the instruction before it and the instruction after it (rdtscp waits until everything
# before it has executed). The layout of the batch, the record classes and the flags are those of
# batch.ts, the words of a single call those of call-words.ts; a test holds the files together.
# `npm run assemble` turns this file into code.ts.
#
# Position independent, no stack beyond the saved registers, no data, no relocations.

        .intel_syntax noprefix
        .text

# The batch: 64-bit words, addressed from rbx.
        .equ    WINDOWS,        0       # address of the window table, 32 bytes a window
        .equ    ORDER,          8       # address of u32: window index, asked for in turn | delay << 16
        .equ    ORDER_MASK,     16      # their number, a power of two, minus one
        .equ    CURSOR,         24      # in and out: number of the next attempt
        .equ    ATTEMPT_LIMIT,  32      # stop when the cursor gets here
        .equ    DEADLINE,       40      # stop when the clock gets here, in ticks
        .equ    CLAIMS,         48      # address of the shared u32 claims, 0 = nobody's
        .equ    ACTOR,          56      # what this actor writes into a claim and into a page
        .equ    PROT,           64
        .equ    FLAGS,          72
        .equ    TOUCH_BYTES,    80      # written from the start of a placed window, in pages
        .equ    PAGE_BYTES,     88
        .equ    RING,           96      # address of the held mappings: (address, window) pairs
        .equ    RING_BYTES,     104     # 16 bytes a pair; one pair more than attempts of hold
        .equ    RING_AT,        112     # in and out: offset of the current pair, which is empty
        .equ    LOG,            120     # address of the first record
        .equ    LOG_LIMIT,      128     # stop when the next record would begin above this
        .equ    LOG_END,        136     # out: address behind the last record
        .equ    STARTED,        144     # out: ticks
        .equ    ENDED,          152     # out: ticks
        .equ    NOW,            160     # the latest clock read
        .equ    DELAY,          168     # pauses of an owner before it goes on

# A window: 64-bit words. An address of 0 asks for no particular place.
        .equ    W_START,        0
        .equ    W_BYTES,        8
        .equ    W_CLAIM,        16      # index of its first claim
        .equ    W_CLAIMS,       24      # how many claims it covers

# A record: u32 ticks, u16 class and flags, u16 errno.
        .equ    PLACED,         0
        .equ    REJECTED,       1
        .equ    MISPLACED,      2
        .equ    FAILED,         3
        .equ    CLEANUP,        4
        .equ    LOST,           5
        .equ    RELEASE,        6
        .equ    CLAIM_BROKEN,   0x80    # placed: it had an owner; release: it has another one now
        .equ    CANARY_BROKEN,  0x40    # release: the page does not hold what its owner wrote

# A single call: 64-bit words.
        .equ    CALL_NUMBER,    0       # all ones = no call
        .equ    CALL_ARGUMENTS, 8       # six of them
        .equ    CALL_RESULT,    56      # out: as the kernel returned it; without a call, anything
        .equ    CALL_BEGAN,     64      # out: ticks
        .equ    CALL_ENDED,     72      # out: ticks

        .equ    SYS_MMAP,       9
        .equ    SYS_MUNMAP,     11
        .equ    EEXIST,         17
        .equ    ERRNO_FLOOR,    -4095

# Reads the clock into a register; destroys rax, rcx, rdx.
.macro CLOCK into
        rdtscp
        shl     rdx, 32
        or      rax, rdx
        mov     \into, rax
.endm

# Reads the clock after a call, remembers it for the deadline, and leaves the ticks since `since`
# in eax, saturated; destroys rcx, rdx.
.macro ELAPSED since
        CLOCK   rcx
        mov     [rbx + NOW], rcx
        mov     rax, rcx
        sub     rax, \since
        mov     ecx, 0xffffffff
        cmp     rax, rcx
        cmova   rax, rcx
.endm

# Appends a record: ticks in eax, class with flags and errno in edx.
.macro RECORD
        mov     [r12], eax
        mov     [r12 + 4], edx
        add     r12, 8
.endm

# Moves on to the oldest pair of the ring and, if it holds a mapping, gives up the claim and then
# releases: in the other order the next owner would find a claim that nobody stands behind.
# Expanded in both places, not called: where the kernel clears the return predictor (Safe RET), a
# ret behind a system call is mispredicted, which made placing 15 % and releasing 10 % slower.
.macro RELEASE_OLDEST
        mov     rcx, [rbx + RING_AT]
        add     rcx, 16
        xor     eax, eax
        cmp     rcx, [rbx + RING_BYTES]
        cmove   rcx, rax
        mov     [rbx + RING_AT], rcx
        add     rcx, [rbx + RING]
        mov     rdi, [rcx]
        test    rdi, rdi
        jz      9f
        mov     qword ptr [rcx], 0
        mov     r13, [rcx + 8]
        mov     r14d, RELEASE                   # r14: class and flags
        cmp     qword ptr [rbx + TOUCH_BYTES], 0
        je      6f
        mov     rax, [rbx + ACTOR]
        cmp     [rdi], rax
        je      6f
        or      r14d, CANARY_BROKEN
6:      mov     rsi, [r13 + W_CLAIMS]
        mov     rdx, [rbx + CLAIMS]
        mov     rax, [r13 + W_CLAIM]
        lea     rdx, [rdx + rax * 4]
        jmp     8f
7:      dec     rsi
        mov     eax, [rbx + ACTOR]
        xor     ecx, ecx
        lock cmpxchg [rdx + rsi * 4], ecx
        je      8f
        or      r14d, CLAIM_BROKEN
8:      test    rsi, rsi
        jnz     7b
        mov     rsi, [r13 + W_BYTES]
        CLOCK   r8
        mov     eax, SYS_MUNMAP
        syscall
        mov     rbp, rax
        ELAPSED r8
        mov     edx, ebp
        neg     edx
        shl     edx, 16
        or      edx, r14d
        RECORD
9:
.endm

# ------------------------------------------------------------------------- void run_batch(batch *)
        .globl  run_batch
run_batch:
        push    rbx
        push    rbp
        push    r12
        push    r13
        push    r14
        push    r15
        mov     rbx, rdi
        mov     r12, [rbx + LOG]                # r12: where the next record goes
        mov     r15, [rbx + CURSOR]             # r15: number of this attempt
        CLOCK   rcx
        mov     [rbx + STARTED], rcx
        mov     [rbx + NOW], rcx

attempt:
        mov     rax, r15
        and     rax, [rbx + ORDER_MASK]
        mov     rcx, [rbx + ORDER]
        mov     eax, [rcx + rax * 4]
        movzx   r13d, ax
        shr     eax, 16
        mov     [rbx + DELAY], rax
        shl     r13, 5
        add     r13, [rbx + WINDOWS]            # r13: the window asked for
        mov     rdi, [r13 + W_START]
        mov     rsi, [r13 + W_BYTES]
        mov     r10, [rbx + FLAGS]
        mov     r8, -1
        xor     r9d, r9d
        CLOCK   r14                             # r14: when the attempt began
        mov     rdx, [rbx + PROT]
        mov     eax, SYS_MMAP
        syscall
        mov     rbp, rax                        # rbp: what mmap returned
        ELAPSED r14
        cmp     rbp, [r13 + W_START]
        je      placed
        cmp     rbp, ERRNO_FLOOR
        jae     returned_errno
        cmp     qword ptr [r13 + W_START], 0
        je      placed                          # nowhere asked for: anywhere will do

# Succeeded elsewhere. The attempt is lost only when the cleanup unmap is done as well.
        mov     edx, MISPLACED
        RECORD
        mov     rdi, rbp
        mov     rsi, [r13 + W_BYTES]
        CLOCK   r8
        mov     eax, SYS_MUNMAP
        syscall
        mov     rbp, rax
        ELAPSED r8
        mov     edx, ebp
        neg     edx
        shl     edx, 16
        or      edx, CLEANUP
        RECORD
        mov     rax, [rbx + NOW]
        sub     rax, r14
        mov     ecx, 0xffffffff
        cmp     rax, rcx
        cmova   rax, rcx
        mov     edx, LOST
        RECORD
        jmp     next

returned_errno:
        mov     edx, ebp
        neg     edx
        mov     ecx, REJECTED
        mov     edi, FAILED
        cmp     edx, EEXIST
        cmovne  ecx, edi
        shl     edx, 16
        or      edx, ecx
        RECORD
        jmp     next

# The window is ours, or so the kernel says: the claim tells whether somebody else thinks the same.
# An exchange, not a compare: the newest owner always stands in the claim, so that the one before
# finds out at its release.
placed:
        mov     esi, PLACED
        mov     rcx, [r13 + W_CLAIMS]
        mov     rdx, [rbx + CLAIMS]
        mov     rdi, [r13 + W_CLAIM]
        lea     rdx, [rdx + rdi * 4]
        jmp     2f
1:      dec     rcx
        mov     edi, [rbx + ACTOR]
        xchg    [rdx + rcx * 4], edi
        test    edi, edi
        jz      2f
        or      esi, CLAIM_BROKEN
2:      test    rcx, rcx
        jnz     1b
        mov     edx, esi
        RECORD
        mov     rcx, [rbx + TOUCH_BYTES]        # last page first, so that the first is written last
        mov     rdi, [rbx + ACTOR]
        jmp     4f
3:      sub     rcx, [rbx + PAGE_BYTES]
        mov     [rbp + rcx], rdi
4:      test    rcx, rcx
        jnz     3b
        mov     rcx, [rbx + RING]
        add     rcx, [rbx + RING_AT]
        mov     [rcx], rbp
        mov     [rcx + 8], r13

# A delay, where one is asked for, widens the race: the owner owns for longer, and nobody else waits.
        mov     rcx, [rbx + DELAY]
        jmp     6f
5:      pause
        dec     rcx
6:      test    rcx, rcx
        jnz     5b

next:
        RELEASE_OLDEST
        inc     r15
        cmp     r15, [rbx + ATTEMPT_LIMIT]
        jae     drain
        mov     rax, [rbx + NOW]
        cmp     rax, [rbx + DEADLINE]
        jae     drain
        cmp     r12, [rbx + LOG_LIMIT]
        jbe     attempt

# Everything still held is given up before anybody audits.
drain:
        mov     [rbx + CURSOR], r15
        mov     r15, [rbx + RING_BYTES]
5:      RELEASE_OLDEST
        sub     r15, 16
        jnz     5b
        CLOCK   rcx
        mov     [rbx + ENDED], rcx
        mov     [rbx + LOG_END], r12
        pop     r15
        pop     r14
        pop     r13
        pop     r12
        pop     rbp
        pop     rbx
        ret

# ------------------------------- void time_calls(u32 *ticks, u64 count, u64 number, u64 with_call)
# The floor: `count` timed regions around nothing, or around a system call without arguments.
        .globl  time_calls
time_calls:
        mov     r8, rdi
        mov     r9, rsi
        mov     r10, rdx
        mov     rsi, rcx
1:      CLOCK   rdi
        test    rsi, rsi
        jz      2f
        mov     rax, r10
        syscall
2:      rdtscp
        shl     rdx, 32
        or      rax, rdx
        sub     rax, rdi
        mov     [r8], eax
        add     r8, 4
        dec     r9
        jnz     1b
        ret

# ----------------------------------------------------------------------------- u64 read_ticks(void)
        .globl  read_ticks
read_ticks:
        rdtscp
        shl     rdx, 32
        or      rax, rdx
        ret

# ---------------------------------------------------------------------- void timed_call(u64 *words)
# One system call, timed as those of the loop are.
        .globl  timed_call
timed_call:
        push    rbx
        push    rbp
        push    r12
        mov     rbx, rdi
        mov     rdi, [rbx + CALL_ARGUMENTS]
        mov     rsi, [rbx + CALL_ARGUMENTS + 8]
        mov     r10, [rbx + CALL_ARGUMENTS + 24]
        mov     r8, [rbx + CALL_ARGUMENTS + 32]
        mov     r9, [rbx + CALL_ARGUMENTS + 40]
        CLOCK   rbp
        mov     rdx, [rbx + CALL_ARGUMENTS + 16]
        mov     rax, [rbx + CALL_NUMBER]
        cmp     rax, -1
        je      1f
        syscall
1:      mov     r12, rax
        CLOCK   rcx
        mov     [rbx + CALL_RESULT], r12
        mov     [rbx + CALL_BEGAN], rbp
        mov     [rbx + CALL_ENDED], rcx
        pop     r12
        pop     rbp
        pop     rbx
        ret
