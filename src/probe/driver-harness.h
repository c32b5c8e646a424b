/*
 * The harness of driver.c: loads the machine code, runs a batch or a single call of it under guard,
 * and prints what came of it. What must hold in every situation is printed only where it does not,
 * behind "BUT".
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NOREPLACE 0x100000
#define ARENA 0x1000000000ull /* far from where a kernel puts programs, libraries and stacks */
#define WORD(name) batch[BATCH_##name / 8]
#define CALL(name) call[CALL_##name / 8]
#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { actor = 42, stranger = 7, anonymous = MAP_PRIVATE | MAP_ANONYMOUS };

struct window { uint64_t start, bytes, claim, claims; };

static const char *const class_names[] = CLASS_NAMES;
static size_t page;
static const char *code_file;
static uintptr_t run_batch_offset, run_batch, time_calls, read_ticks, timed_call;

/* One batch, with everything that it points to. */
static uint64_t batch[BATCH_DELAY / 8 + 1];
static struct window windows[4];
static uint32_t order[4];
static uint32_t claims[5];
static uint64_t ring[4][2];
static struct { uint32_t ticks; uint16_t class, errno_; } records[64];

/* One single call, and a word behind it that is nobody's. */
static uint64_t call[CALL_ENDED / 8 + 2];

/* A mapping of somebody else's, and what it holds. */
static uint64_t *occupant;
static const uint64_t occupied = 0x6f63637570696564;

/* Where the loop was caught touching pages that it may not write, and what stood in the claims. */
static size_t touched[8], touches;
static uint32_t claims_held[5];
static void (*meanwhile)(void);

/* Calls `entry` with four arguments and tells whether it kept every register that it must. */
uint64_t guarded_call(const void *a, uint64_t b, uint64_t c, uint64_t d, uintptr_t entry);
#if defined(__x86_64__)
asm(".globl guarded_call\n"
    "guarded_call:\n"
    "  push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15; push %r15\n"
    "  mov $-10, %rbx; mov $-11, %rbp\n"
    "  .irp n, 12, 13, 14, 15; mov $-\\n, %r\\n; .endr\n"
    "  call *%r8\n"
    "  xor %eax, %eax\n"
    "  cmp $-10, %rbx; jne 1f; cmp $-11, %rbp; jne 1f\n"
    "  .irp n, 12, 13, 14, 15; cmp $-\\n, %r\\n; jne 1f; .endr\n"
    "  inc %eax\n"
    "1: pop %r15; pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    "  ret\n");
#define SET_CALL(number) {0xb8, (number) & 0xff, (number) >> 8, 0, 0} /* mov eax, number */
typedef uint8_t set_call[5];
#elif defined(__aarch64__)
asm(".globl guarded_call\n"
    "guarded_call:\n"
    "  stp x29, x30, [sp, #-96]!; stp x19, x20, [sp, #16]; stp x21, x22, [sp, #32]\n"
    "  stp x23, x24, [sp, #48]; stp x25, x26, [sp, #64]; stp x27, x28, [sp, #80]\n"
    "  .irp n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29; mov x\\n, #-\\n; .endr\n"
    "  blr x4\n"
    "  mov x0, #0\n"
    "  .irp n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29; cmn x\\n, #\\n; b.ne 1f; .endr\n"
    "  mov x0, #1\n"
    "1: ldp x19, x20, [sp, #16]; ldp x21, x22, [sp, #32]; ldp x23, x24, [sp, #48]\n"
    "  ldp x25, x26, [sp, #64]; ldp x27, x28, [sp, #80]; ldp x29, x30, [sp], #96\n"
    "  ret\n");
#define SET_CALL(number) {0xd2800008 | (number) << 5} /* mov x8, #number */
typedef uint32_t set_call[1];
#endif

static void die(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t ticks_now(void) { return ((uint64_t (*)(void))read_ticks)(); }

/*
 * Copies the code to pages of its own, as the loader does, and lets it make another system call
 * where it would call mmap: so it meets answers that a kernel does not give when asked to.
 */
static uintptr_t load(unsigned number) {
  const size_t bytes = 4096;
  const set_call set_mmap = SET_CALL(SYS_mmap), set_other = SET_CALL(number);
  char *code = mmap(NULL, bytes, PROT_READ | PROT_WRITE, anonymous, -1, 0);
  int file = open(code_file, O_RDONLY);
  if (code == MAP_FAILED || file < 0 || read(file, code, bytes) <= 0) die(code_file);
  close(file);
  char *found = memmem(code, bytes, set_mmap, sizeof set_mmap);
  if (!found) die("no mmap in the code");
  memcpy(found, set_other, sizeof set_other);
  if (mprotect(code, bytes, PROT_READ | PROT_EXEC)) die("mprotect");
  __builtin___clear_cache(code, code + bytes);
  return (uintptr_t)code;
}

/* Lets the loop go on where it wrote to a page without access, after `meanwhile` has happened. */
static void on_fault(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  size_t at = ((uintptr_t)info->si_addr - ARENA) / page;
  if (at >= 8 || touches == COUNT(touched)) _exit(3);
  if (touches == 0) memcpy(claims_held, claims, sizeof claims);
  touched[touches++] = at;
  if (meanwhile) meanwhile();
  if (mprotect((void *)(ARENA + at * page), page, PROT_READ | PROT_WRITE)) _exit(4);
}

static void print_claims(const char *what, const uint32_t *cells) {
  static const uint32_t none[COUNT(claims)];
  if (!memcmp(cells, none, sizeof none)) return;
  printf("; %s", what);
  for (size_t i = 0; i < COUNT(claims); i++) printf(" %u", cells[i]);
}

static size_t records_logged(void) { return (WORD(LOG_END) - WORD(LOG)) / sizeof *records; }

static const char *class_of(size_t i) { return class_names[records[i].class & 0x3f]; }

static void print_records(void) {
  for (size_t i = 0; i < records_logged(); i++) {
    printf(" %s", class_of(i));
    if (records[i].class & CLAIM_BROKEN) printf("!claim");
    if (records[i].class & CANARY_BROKEN) printf("!canary");
    if (records[i].class & ~(0x3f | CLAIM_BROKEN | CANARY_BROKEN)) printf("!%x", records[i].class);
    if (records[i].errno_) printf("!%u", records[i].errno_);
  }
}

/* Calls lie within the run, one after another; a lost attempt covers its mmap and its cleanup. */
static int ticks_add_up(void) {
  uint64_t calls = 0, run_ticks = WORD(ENDED) - WORD(STARTED);
  for (size_t i = 0; i < records_logged(); i++) {
    if (strcmp(class_of(i), "lost")) calls += records[i].ticks;
    else if (records[i].ticks < (uint64_t)records[i - 1].ticks + records[i - 2].ticks) return 0;
    else if (records[i].ticks > run_ticks) return 0;
  }
  return calls <= run_ticks && WORD(NOW) <= WORD(ENDED);
}

static void read_maps(char *text, size_t bytes) {
  int file = open("/proc/self/maps", O_RDONLY);
  size_t length = 0;
  for (ssize_t got; (got = read(file, text + length, bytes - 1 - length)) > 0;) length += got;
  text[length] = 0;
  close(file);
}

static void run_at(const char *name, uintptr_t entry) {
  static char maps_before[1 << 16], maps_after[1 << 16];
  read_maps(maps_before, sizeof maps_before);
  uint64_t before = ticks_now();
  uint64_t kept = guarded_call(batch, 0, 0, 0, entry);
  uint64_t after = ticks_now();
  read_maps(maps_after, sizeof maps_after);

  printf("%s:", name);
  print_records();
  printf("; cursor %llu", (unsigned long long)WORD(CURSOR));
  print_claims("claims", claims);
  if (touches) {
    printf("; touched");
    for (size_t i = 0; i < touches; i++) printf(" %zu", touched[i]);
    print_claims("while claims", claims_held);
  }
  if (!kept) printf(" BUT a register is not what it was");
  if (strcmp(maps_before, maps_after)) printf(" BUT other mappings:\n%s", maps_after);
  if (occupant && *occupant != occupied) printf(" BUT the occupant was overwritten");
  if (before > WORD(STARTED) || WORD(ENDED) > after) printf(" BUT it ran at another time");
  if (!ticks_add_up()) printf(" BUT the ticks do not add up");
  printf("\n");
}

static void run(const char *name) { run_at(name, run_batch); }

static void timed(const char *name, uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                  uint64_t e, uint64_t f) {
  const uint64_t words[] = {number, a, b, c, d, e, f};
  memset(call, 0xee, sizeof call);
  memcpy(&CALL(NUMBER), &words[0], sizeof words[0]);
  memcpy(&CALL(ARGUMENTS), &words[1], 6 * sizeof words[0]);
  uint64_t nobodys = call[COUNT(call) - 1];
  uint64_t before = ticks_now();
  uint64_t kept = guarded_call(call, 0, 0, 0, timed_call);
  uint64_t after = ticks_now();

  printf("%s: %lld", name, (long long)CALL(RESULT));
  if (!kept) printf(" BUT a register is not what it was");
  if (memcmp(call, words, sizeof words)) printf(" BUT number or arguments were overwritten");
  if (call[COUNT(call) - 1] != nobodys) printf(" BUT it wrote more than it was to");
  if (before > CALL(BEGAN) || CALL(BEGAN) > CALL(ENDED) || CALL(ENDED) > after)
    printf(" BUT it ran at another time");
  printf("\n");
}
