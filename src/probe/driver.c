/*
 * Runs the machine code of code.ts through the situations that its sources tell apart, and prints a
 * line a situation. driver.test.ts compiles this with the layouts of batch.ts and call-words.ts as
 * macros (BATCH_*, CLASS_NAMES, CLAIM_BROKEN, CANARY_BROKEN, CALL_*), so that no offset is written
 * twice, and compares the lines.
 *
 * usage: driver <file with the code> <offset of run_batch> <of time_calls> <of read_ticks>
 *               <of timed_call>
 */
#include "driver-harness.h"

static void claim_for_stranger(void) { claims[0] = stranger; }

static void deadline_at_second_touch(void) {
  if (touches == 2) WORD(DEADLINE) = ticks_now();
}

/* One attempt for window 0 with a hint, released at once; windows have eight pages of room each. */
static void reset(void) {
  if (occupant) munmap(occupant, page);
  occupant = NULL;
  meanwhile = NULL;
  touches = 0;
  memset(order, 0, sizeof order);
  memset(claims, 0, sizeof claims);
  for (uint64_t i = 0; i < COUNT(windows); i++)
    windows[i] = (struct window){ARENA + i * 8 * page, 2 * page, i, 1};
  memset(batch, 0, sizeof batch);
  WORD(WINDOWS) = (uintptr_t)windows;
  WORD(ORDER) = (uintptr_t)order;
  WORD(ATTEMPT_LIMIT) = 1;
  WORD(DEADLINE) = UINT64_MAX;
  WORD(CLAIMS) = (uintptr_t)claims;
  WORD(ACTOR) = actor;
  WORD(PROT) = PROT_READ | PROT_WRITE;
  WORD(FLAGS) = anonymous;
  WORD(PAGE_BYTES) = page;
  WORD(RING) = (uintptr_t)ring;
  WORD(RING_BYTES) = sizeof ring[0];
  WORD(LOG) = (uintptr_t)records;
  WORD(LOG_LIMIT) = (uintptr_t)&records[COUNT(records) - 8];
}

static void ask_in_turn(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  memcpy(order, (uint32_t[]){a, b, c, d}, sizeof order);
  WORD(ORDER_MASK) = 3;
}

static void hold(uint64_t attempts) { WORD(RING_BYTES) = (attempts + 1) * sizeof ring[0]; }

/* Makes the loop fault at every page that it writes. */
static void touch(uint64_t pages) {
  WORD(PROT) = PROT_NONE;
  WORD(TOUCH_BYTES) = pages * page;
  windows[0].bytes = pages * page;
}

static void occupy(int window) {
  void *at = (void *)windows[window].start;
  occupant = mmap(at, page, PROT_READ | PROT_WRITE, anonymous | MAP_FIXED, -1, 0);
  if (occupant != at) die("occupy");
  *occupant = occupied;
}

static void outcomes(void) {
  reset();
  WORD(FLAGS) |= NOREPLACE;
  run("free window, no replace");
  reset();
  run("free window, hint");
  reset();
  occupy(0);
  WORD(FLAGS) |= NOREPLACE;
  run("taken window, no replace");
  reset();
  occupy(0);
  run("taken window, hint");
  reset();
  windows[0] = (struct window){.bytes = page};
  claims[0] = stranger;
  run("nowhere asked for");
  reset();
  windows[0].bytes = 0;
  run("no bytes asked for");
}

static void answers(void) {
  /* mkdirat(, "/", ) fails with EEXIST, even where an emulator ignores MAP_FIXED_NOREPLACE. */
  reset();
  windows[0].bytes = (uintptr_t)"/";
  run_at("mmap says EEXIST", load(SYS_mkdirat) + run_batch_offset);
  /* nanosleep(&millisecond, NULL) takes its time and returns 0; munmap(0, 0) says EINVAL. */
  reset();
  struct timespec millisecond = {.tv_nsec = 1000000};
  windows[0].start = (uintptr_t)&millisecond;
  windows[0].bytes = 0;
  run_at("mmap is slow, cleanup fails", load(SYS_nanosleep) + run_batch_offset);
  printf("slow mmap: %s\n", records[0].ticks >= 1000 ? "slow" : "but its ticks are few");
  /* getpid() returns the address asked for, but munmap(pid, 0) says EINVAL. */
  reset();
  windows[0].start = getpid();
  windows[0].bytes = 0;
  run_at("release fails", load(SYS_getpid) + run_batch_offset);
}

static void turns(void) {
  reset();
  occupy(1);
  ask_in_turn(0, 1, 0, 1);
  WORD(CURSOR) = 5;
  WORD(ATTEMPT_LIMIT) = 8;
  run("in turn from the cursor on");
  reset();
  ask_in_turn(0, 1, 2, 0);
  hold(2);
  WORD(ATTEMPT_LIMIT) = 4;
  run("hold of 2");
  WORD(ATTEMPT_LIMIT) = 8;
  run("hold of 2, next block");
  reset();
  occupy(1);
  ask_in_turn(0, 1, 2, 1);
  hold(3);
  WORD(ATTEMPT_LIMIT) = 5;
  run("hold of 3, conflicts count");
}

static void claims_and_canaries(void) {
  reset();
  claims[0] = stranger;
  run("claim of a stranger's");
  reset();
  touch(1);
  meanwhile = claim_for_stranger;
  run("claimed by a stranger meanwhile");
  reset();
  ask_in_turn(0, 1, 2, 3);
  windows[2].claim = 0;
  hold(3);
  WORD(ATTEMPT_LIMIT) = 3;
  run("two held windows, one claim");
  reset();
  memcpy(claims, (uint32_t[]){stranger, 0, 0, stranger, stranger}, sizeof claims);
  windows[0].claim = 1;
  windows[0].claims = 3;
  touch(3);
  run("window of three claims");
  /* A claim that lies in the window itself can be given up only before the release. */
  reset();
  WORD(CLAIMS) = windows[0].start;
  run("claim given up before the release");
  /* Plain MAP_FIXED: window 1 replaces the first page of window 0, and is itself cut. */
  reset();
  ask_in_turn(0, 1, 0, 1);
  windows[1].start = windows[0].start - page;
  windows[1].bytes = 2 * page;
  WORD(FLAGS) |= MAP_FIXED;
  WORD(TOUCH_BYTES) = page;
  hold(1);
  WORD(ATTEMPT_LIMIT) = 2;
  run("canary replaced");
}

static void stops(void) {
  reset();
  WORD(ATTEMPT_LIMIT) = 3;
  run("attempt limit");
  reset();
  WORD(ATTEMPT_LIMIT) = UINT64_MAX;
  WORD(LOG_LIMIT) = (uintptr_t)&records[4];
  run("log limit");
  reset();
  WORD(ATTEMPT_LIMIT) = UINT64_MAX;
  WORD(DEADLINE) = 0;
  run("deadline long over");
  reset();
  touch(1);
  meanwhile = deadline_at_second_touch;
  WORD(ATTEMPT_LIMIT) = UINT64_MAX;
  run("deadline passes in attempt 2");
}

/* setsid is a system call without arguments whose effect can be seen. Calls take some ticks. */
static void floors(void) {
  for (int with_call = 0; with_call < 2; with_call++) {
    uint32_t ticks[] = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    uint64_t began = ticks_now();
    uint64_t kept = guarded_call(ticks, 3, SYS_setsid, with_call, time_calls);
    uint64_t took = ticks_now() - began;
    uint64_t sum = (uint64_t)ticks[0] + ticks[1] + ticks[2];
    printf("time_calls%s: %s", with_call ? " with call" : "",
           getsid(0) == getpid() ? "called" : "not called");
    if (!kept) printf(" BUT a register is not what it was");
    if (ticks[3] != UINT32_MAX) printf(" BUT it wrote more than it was to");
    if (sum > took || (with_call && sum == 0)) printf(" BUT the ticks do not add up");
    printf("\n");
  }
}

/* Two pages of a file, from its second on: all six arguments of mmap show in what is there then. */
static void all_arguments(void) {
  const uint64_t first = 1, last = 2, written = 3;
  uint64_t read_back = 0;
  reset();
  FILE *stream = tmpfile();
  if (!stream) die("tmpfile");
  int file = fileno(stream);
  uint64_t *mapped = (uint64_t *)ARENA, *end = (uint64_t *)(ARENA + 2 * page) - 1;
  if (ftruncate(file, 3 * page)) die("ftruncate");
  if (pwrite(file, &first, 8, page) != 8) die("pwrite");
  if (pwrite(file, &last, 8, 3 * page - 8) != 8) die("pwrite");
  timed("mmap of a file", SYS_mmap, ARENA, 2 * page, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_FIXED, file, page);
  printf("mapped: %llu %llu", (unsigned long long)*mapped, (unsigned long long)*end);
  *mapped = written;
  if (pread(file, &read_back, 8, page) != 8) die("pread");
  printf("; read back %llu", (unsigned long long)read_back);
  if (touches) printf(" BUT it could not be written");
  printf("\n");
  munmap(mapped, 2 * page);
}

static void single_calls(void) {
  const struct timespec millisecond = {.tv_nsec = 1000000};
  all_arguments();
  timed("close of no descriptor", SYS_close, -1, 0, 0, 0, 0, 0);
  timed("a call that takes its time", SYS_nanosleep, (uintptr_t)&millisecond, 0, 0, 0, 0, 0);
  printf("its ticks: %s\n", CALL(ENDED) - CALL(BEGAN) >= 1000 ? "many" : "few");
  /* A kernel would answer ENOSYS; without a call, what is loaded for one is left over. */
  timed("no call", -1, -1, 0, 0, 0, 0, 0);
}

/* Whether this kernel, or emulator, knows the flag at all; nothing of ours is involved. */
static void print_kernel(void) {
  reset();
  occupy(0);
  void *got = mmap(occupant, page, PROT_NONE, anonymous | NOREPLACE, -1, 0);
  printf("kernel: %s MAP_FIXED_NOREPLACE\n", got == MAP_FAILED ? "knows" : "ignores");
  if (got != MAP_FAILED) munmap(got, page);
}

int main(int count, char **arguments) {
  static char output[1 << 14];
  if (count != 6) return 2;
  setvbuf(stdout, output, _IOFBF, sizeof output); /* no heap, hence no new mapping in a run */
  page = sysconf(_SC_PAGESIZE);
  code_file = arguments[1];
  run_batch_offset = strtoul(arguments[2], NULL, 10);
  uintptr_t code = load(SYS_mmap);
  run_batch = code + run_batch_offset;
  time_calls = code + strtoul(arguments[3], NULL, 10);
  read_ticks = code + strtoul(arguments[4], NULL, 10);
  timed_call = code + strtoul(arguments[5], NULL, 10);
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);

  print_kernel();
  outcomes();
  answers();
  turns();
  claims_and_canaries();
  stops();
  floors();
  single_calls();
  return 0;
}
