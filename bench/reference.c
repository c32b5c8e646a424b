/*
 * The native reference of `npm run fidelity`: the race as one would write it in C11 and pthreads,
 * run alternately with the harness on the same windows. Its work is that of the machine code in
 * src/probe/attempt-loop.*.s, in the same order: clock, mmap, clock; misplaced: clock, munmap,
 * clock; placed: claim, hold, give up the claim, clock, munmap, clock. It differs in nothing but
 * language. The system calls are inline, as in the machine code: on a kernel that spoils the return
 * predictor (AMD's Safe RET), the C library's wrappers add a third to a rejected attempt.
 *
 *     cc -O2 -pthread -shared -fPIC -o reference.so bench/reference.c
 *
 * A shared library: reference() runs the race in a child of the process that loads it. The child
 * has that process's mappings, all of them and nothing else: what a misplaced mapping and its
 * cleanup unmap cost depends on their neighbours by a tenth and more, and this compares loops.
 *
 * Writes one JSON object into the output file, or, if it cannot, a sentence, and returns 2. All
 * that a block writes to is static and touched before: no malloc, no page fault, no mapping.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#elif !defined(__aarch64__)
#error "only x86-64 and arm64, like the machine code"
#endif

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define MAP_QUIET (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)
#define DIE(...) do { fprintf(stderr, __VA_ARGS__); fputc('\n', stderr); _exit(2); } while (0)

typedef unsigned long long u64;
enum { PLACED, REJECTED, MISPLACED, FAILED, CLEANUP, LOST, RELEASE, CLASSES, BROKEN = 0x80 };
enum { ORDER = 4096, LOG = 1 << 18, DENSE_TICKS = 65536, REST_MAX = 1 << 22 };
enum { STACK_BYTES = 1 << 18 };
enum { ACTORS_MAX = 64, WINDOWS_MAX = 65536, HOLD_MAX = 65536, ANCHORS_MAX = 64, STRATEGIES = 3 };

static const char *const class_names[CLASSES] = {
	"placed", "rejected", "misplaced", "failed", "cleanup", "lost", "release",
};
static const struct strategy {
	const char *id;
	int flags;
	bool addressed;
} strategies[STRATEGIES] = {
	{ "hint-munmap", 0, true },
	{ "fixed-noreplace", MAP_FIXED_NOREPLACE, true },
	{ "kernel-chosen", 0, false },
};

static struct actor {
	_Alignas(128) pthread_t thread;
	uint32_t id;                  /* 1 and up: what stands in the claims of its windows */
	u64 cursor, attempts, hold, ring_at, now, started, ended;
	struct record { uint32_t ticks; uint16_t class, error; } *log_end, log[LOG];
	struct held { u64 at; _Atomic uint32_t *claim; } ring[HOLD_MAX + 1]; /* ring_at: empty */
	uint32_t order[ORDER];        /* window indices, asked for in turn */
	_Alignas(4096) char stack[STACK_BYTES]; /* here, so that the thread maps none */
} actors[ACTORS_MAX];
static _Atomic uint32_t claims[WINDOWS_MAX]; /* 0 while nobody owns the window */
static pthread_barrier_t barrier; /* of the actors and main, at a block's start and at its end */
static const struct strategy *block_strategy; /* set by main before the start */
static u64 block_deadline;

static struct tally {
	u64 blocks, wall_ticks, attempts, broken, calls[CLASSES];
	u64 dense[CLASSES][DENSE_TICKS]; /* calls by exact ticks; longer ones: rest */
} tallies[STRATEGIES];
static struct rest { uint32_t ticks; uint16_t class, strategy; } rest[REST_MAX];
static size_t rest_count;

static u64 start, stride, windows, bytes, hold, actor_count, occupied, blocks;
static u64 block_ms = 24, warmup_ms = 4, seed = 1, anchors[ANCHORS_MAX];
static int anchor_count, chosen_count, chosen[STRATEGIES];
static bool order_is_random;
static const struct number { const char *name; u64 *value, min, max; } numbers[] = {
	{ "--start", &start, 1, 1ull << 62 },   { "--stride", &stride, 1, 1ull << 62 },
	{ "--bytes", &bytes, 1, 1ull << 62 },   { "--windows", &windows, 1, WINDOWS_MAX },
	{ "--hold", &hold, 0, HOLD_MAX },       { "--actors", &actor_count, 1, ACTORS_MAX },
	{ "--occupied", &occupied, 0, 1 },      { "--blocks", &blocks, 1, 100000 },
	{ "--block-ms", &block_ms, 1, 10000 },  { "--warmup-ms", &warmup_ms, 0, 10000 },
	{ "--seed", &seed, 0, UINT32_MAX },     { NULL, NULL, 0, 0 },
};

static u64 monotonic_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * 1000000000 + (u64)now.tv_nsec;
}

static inline u64 read_ticks(void)
{
#ifdef __x86_64__
	unsigned int cpu;
	return __rdtscp(&cpu);
#else
	u64 now;
	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(now) : : "memory");
	return now;
#endif
}

/* Calibrated from the first call to this one: deadlines use it early, the figures at the end. */
static double ticks_per_ns(void)
{
	static u64 first_ticks, first_ns;
	if (first_ns == 0) {
		first_ticks = read_ticks();
		first_ns = monotonic_ns();
		usleep(10000);
	}
	u64 ticks = read_ticks() - first_ticks;
	return (double)ticks / (double)(monotonic_ns() - first_ns);
}

/* mmap (PROT_NONE, anonymous) or munmap of a window's bytes: 0 and up, or -errno. */
static inline long call_kernel(long number, u64 at, long flags)
{
#ifdef __x86_64__
	register long r10 __asm__("r10") = flags, r8 __asm__("r8") = -1, r9 __asm__("r9") = 0;
	__asm__ volatile("syscall" : "+a"(number) : "D"(at), "S"(bytes), "d"(0L), "r"(r10),
		"r"(r8), "r"(r9) : "rcx", "r11", "memory");
	return number;
#else
	register u64 x0 __asm__("x0") = at, x1 __asm__("x1") = bytes;
	register long x2 __asm__("x2") = 0, x3 __asm__("x3") = flags, x4 __asm__("x4") = -1;
	register long x5 __asm__("x5") = 0, x8 __asm__("x8") = number;
	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5),
		"r"(x8) : "memory");
	return (long)x0;
#endif
}

static inline void record(struct actor *a, u64 ticks, int class, long error)
{
	*a->log_end++ = (struct record){
		ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks, (uint16_t)class, (uint16_t)error,
	};
}

/* The claim goes first: the next owner must not find one that nobody stands behind. Inline always:
 * a return behind a system call was seen to make the next calls slower by a tenth and more. */
static ALWAYS_INLINE void release_oldest(struct actor *a)
{
	a->ring_at = a->ring_at == a->hold ? 0 : a->ring_at + 1;
	struct held *held = &a->ring[a->ring_at];
	if (!held->at)
		return;
	uint32_t owner = a->id;
	bool broken = held->claim && !atomic_compare_exchange_strong(held->claim, &owner, 0);
	u64 began = read_ticks();
	long result = call_kernel(SYS_munmap, held->at, 0);
	a->now = read_ticks();
	record(a, a->now - began, RELEASE | (broken ? BROKEN : 0), -result);
	held->at = 0;
}

/* The measured loop. A claim is exchanged, so that the owner before finds out at its release. */
static void run_batch(struct actor *a, const struct strategy *strategy, u64 deadline)
{
	struct record *limit = a->log + LOG - (4 + hold + 1);
	long flags = MAP_QUIET | strategy->flags;
	a->hold = strategy->addressed ? hold : 0; /* the control's would merge */
	a->ring_at = 0;
	a->log_end = a->log;
	a->attempts = 0;
	a->started = read_ticks();
	do {
		uint32_t window = a->order[(a->cursor + a->attempts++) % ORDER];
		u64 want = strategy->addressed ? start + window * stride : 0;
		u64 began = read_ticks();
		long got = call_kernel(SYS_mmap, want, flags);
		a->now = read_ticks();
		if (got < 0) {
			record(a, a->now - began, got == -EEXIST ? REJECTED : FAILED, -got);
		} else if ((u64)got == want || want == 0) {
			_Atomic uint32_t *claim = want ? &claims[window] : NULL;
			bool broken = claim && atomic_exchange(claim, a->id) != 0;
			record(a, a->now - began, PLACED | (broken ? BROKEN : 0), 0);
			a->ring[a->ring_at] = (struct held){ (u64)got, claim };
		} else {
			record(a, a->now - began, MISPLACED, 0);
			u64 cleanup_began = read_ticks();
			long result = call_kernel(SYS_munmap, (u64)got, 0);
			a->now = read_ticks();
			record(a, a->now - cleanup_began, CLEANUP, -result);
			record(a, a->now - began, LOST, 0);
		}
		release_oldest(a);
	} while (a->now < deadline && a->log_end <= limit);
	for (u64 i = 0; i <= a->hold; i++)
		release_oldest(a);
	a->ended = read_ticks();
	a->cursor += a->attempts;
}

static void *run_actor(void *argument)
{
	struct actor *a = argument;
	u64 rounds = blocks + (warmup_ms > 0);
	for (u64 i = 0; i < rounds * (u64)chosen_count; i++) {
		pthread_barrier_wait(&barrier);
		run_batch(a, block_strategy, block_deadline);
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

static void count_call(int strategy, int class, uint32_t ticks)
{
	tallies[strategy].calls[class]++;
	if (ticks < DENSE_TICKS)
		tallies[strategy].dense[class][ticks]++;
	else if (rest_count < REST_MAX)
		rest[rest_count++] = (struct rest){ ticks, (uint16_t)class, (uint16_t)strategy };
	else
		DIE("Cannot keep more than %d calls above %d ticks", REST_MAX, DENSE_TICKS);
}

static void run_block(int strategy, u64 ms, bool is_warmup)
{
	struct tally *tally = &tallies[strategy];
	u64 first = UINT64_MAX, last = 0;
	block_strategy = &strategies[strategy];
	block_deadline = read_ticks() + (u64)((double)ms * 1e6 * ticks_per_ns());
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	if (is_warmup)
		return;
	for (struct actor *a = actors; a < actors + actor_count; a++) {
		tally->attempts += a->attempts;
		first = a->started < first ? a->started : first;
		last = a->ended > last ? a->ended : last;
		for (struct record *r = a->log; r < a->log_end; r++) {
			int class = r->class & ~BROKEN;
			tally->broken += class != r->class;
			count_call(strategy, class, r->ticks);
			if (class == REJECTED) /* lost whole with its first call */
				count_call(strategy, LOST, r->ticks);
		}
	}
	tally->blocks++;
	tally->wall_ticks += last - first;
}

static u64 next_random(u64 *state) /* xorshift64, Marsaglia 2003 */
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	return *state ^= *state << 17;
}

static u64 random_state(u64 stream) /* never 0 */
{
	return (seed * (ACTORS_MAX + 1) + stream + 1) * 0x9e3779b97f4a7c15;
}

/* Rounds of one block a strategy, in a random order and then in its mirror image. */
static void run_blocks(void)
{
	u64 state = random_state(0);
	int count = chosen_count, order[STRATEGIES] = { chosen[0], chosen[1], chosen[2] };
	for (int i = 0; i < count && warmup_ms > 0; i++)
		run_block(order[i], warmup_ms, true);
	for (u64 round = 0; round < blocks; round++) {
		for (int i = count - 1; i > 0 && round % 2 == 0; i--) {
			int j = (int)(next_random(&state) % (u64)(i + 1)), moved = order[i];
			order[i] = order[j];
			order[j] = moved;
		}
		for (int i = 0; i < count; i++)
			run_block(order[round % 2 ? count - 1 - i : i], block_ms, false);
	}
}

static void map_exactly(const char *what, u64 at, u64 length)
{
	void *got = mmap((void *)at, length, PROT_NONE, MAP_QUIET | MAP_FIXED_NOREPLACE, -1, 0);
	if (got != (void *)at)
		DIE("Cannot map the %s at 0x%llx (%llu bytes): %s", what, at, length,
			got == MAP_FAILED ? strerror(errno) : "the kernel put it elsewhere");
}

/* Anchors, and the windows that a third party holds. */
static void lay_out(void)
{
	u64 page = (u64)sysconf(_SC_PAGESIZE);
	for (int i = 0; i < anchor_count; i++)
		map_exactly("anchor", anchors[i], page);
	for (u64 i = 0; i < windows; i++)
		map_exactly("window", start + i * stride, bytes);
	for (u64 i = 0; i < windows && !occupied; i++)
		munmap((void *)(start + i * stride), bytes);
}

/* Touches all that the actor writes to, and starts it on the index-th allowed CPU. */
static void start_actor(u64 index, const cpu_set_t *allowed)
{
	struct actor *a = &actors[index];
	u64 state = random_state(index + 1);
	memset(a, 0, sizeof(*a));
	a->id = (uint32_t)index + 1;
	for (u64 i = 0; i < ORDER; i++)
		a->order[i] = (order_is_random ? next_random(&state) >> 32 : i) % windows;
	int nth = (int)(index % (u64)CPU_COUNT(allowed)), cpu = 0;
	while (!CPU_ISSET(cpu, allowed) || nth-- > 0)
		cpu++;
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setaffinity_np(&attributes, sizeof(one), &one);
	pthread_attr_setstack(&attributes, a->stack, sizeof(a->stack));
	int error = pthread_create(&a->thread, &attributes, run_actor, a);
	if (error)
		DIE("Cannot start an actor on CPU %d: %s", cpu, strerror(error));
}

static u64 parse_number(const char *name, const char *text, u64 min, u64 max)
{
	char *end;
	errno = 0;
	u64 value = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-' || value < min || value > max)
		DIE("%s is \"%s\", want a number from %llu to %llu", name, text, min, max);
	return value;
}

static void add_item(const char *name, const char *item)
{
	bool is_anchor = strcmp(name, "--anchors") == 0;
	if (is_anchor ? anchor_count == ANCHORS_MAX : chosen_count == STRATEGIES)
		DIE("%s has more than %d items", name, is_anchor ? ANCHORS_MAX : STRATEGIES);
	if (is_anchor) {
		anchors[anchor_count++] = parse_number(name, item, 0, 1ull << 62);
		return;
	}
	for (int i = 0; i < STRATEGIES; i++)
		if (strcmp(item, strategies[i].id) == 0)
			chosen[chosen_count++] = i;
	if (!chosen_count || strcmp(item, strategies[chosen[chosen_count - 1]].id) != 0)
		DIE("There is no strategy \"%s\"", item);
}

static void parse_option(const char *name, char *value)
{
	for (const struct number *number = numbers; number->name; number++) {
		if (strcmp(name, number->name) != 0)
			continue;
		*number->value = parse_number(name, value, number->min, number->max);
		return;
	}
	if (strcmp(name, "--order") == 0 && strcmp(value, "random") == 0)
		order_is_random = true;
	else if (strcmp(name, "--strategies") == 0 || strcmp(name, "--anchors") == 0)
		for (char *item = strtok(value, ","); item; item = strtok(NULL, ","))
			add_item(name, item);
	else if (strcmp(name, "--order") != 0 || strcmp(value, "cyclic") != 0)
		DIE("There is no option %s %s", name, value);
}

static int compare_rest(const void *left, const void *right)
{
	uint32_t a = ((const struct rest *)left)->ticks, b = ((const struct rest *)right)->ticks;
	return (a > b) - (a < b);
}

/* The smallest ticks that at least `share` of the calls do not exceed; 0 without calls. */
static uint32_t quantile(int strategy, int class, double share)
{
	const struct tally *tally = &tallies[strategy];
	u64 rank = (u64)(share * (double)tally->calls[class]), seen = 0;
	for (uint32_t i = 0; i < DENSE_TICKS; i++)
		if ((seen += tally->dense[class][i]) > rank)
			return i;
	for (size_t i = 0; i < rest_count; i++)
		if (rest[i].strategy == strategy && rest[i].class == class && ++seen > rank)
			return rest[i].ticks;
	return 0;
}

static void print_strategy(int strategy, double per_ns)
{
	const struct tally *t = &tallies[strategy];
	const u64 *calls = t->calls;
	printf("\"%s\":{\"blocks\":%llu,\"wallNs\":%.0f,\"attempts\":%llu,\"placed\":%llu,"
		"\"rejected\":%llu,\"misplaced\":%llu,\"failed\":%llu,\"cleanups\":%llu,"
		"\"releases\":%llu,\"brokenClaims\":%llu,\"classes\":{",
		strategies[strategy].id, t->blocks, (double)t->wall_ticks / per_ns, t->attempts,
		calls[PLACED], calls[REJECTED], calls[MISPLACED], calls[FAILED], calls[CLEANUP],
		calls[RELEASE], t->broken);
	for (int class = 0; class < CLASSES; class++)
		printf("%s\"%s\":{\"count\":%llu,\"p50\":%.1f,\"p99\":%.1f}", class ? "," : "",
			class_names[class], calls[class], quantile(strategy, class, 0.5) / per_ns,
			quantile(strategy, class, 0.99) / per_ns);
	printf("}}");
}

static void run(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2)
		parse_option(argv[i], argv[i + 1]);
	if (argc % 2 == 0 || !(start && bytes && windows && actor_count && blocks && chosen_count))
		DIE("Want --start --bytes --windows --actors --blocks --strategies, with values");
	if (windows > 1 && stride < bytes)
		DIE("--stride is less than --bytes: the windows would overlap");
	cpu_set_t allowed;
	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		DIE("Cannot read the allowed CPUs: %s", strerror(errno));
	ticks_per_ns();
	lay_out();
	pthread_barrier_init(&barrier, NULL, (unsigned)actor_count + 1);
	for (u64 i = 0; i < actor_count; i++)
		start_actor(i, &allowed);
	run_blocks();
	for (u64 i = 0; i < actor_count; i++)
		pthread_join(actors[i].thread, NULL);
	qsort(rest, rest_count, sizeof(rest[0]), compare_rest);
	double per_ns = ticks_per_ns();
	printf("{\"ticksPerNs\":%.9f,\"strategies\":{", per_ns);
	for (int i = 0; i < chosen_count; i++) {
		fputs(i ? "," : "", stdout);
		print_strategy(chosen[i], per_ns);
	}
	printf("}}\n");
}

/* Runs the race that the words ask for, in a child of this process; 0, or 2 with the sentence in
 * the file `output`. */
int reference(int argc, char **argv, const char *output)
{
	int status;
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!freopen(output, "w", stdout) || dup2(1, 2) < 0)
			_exit(2);
		run(argc, argv);
		fflush(stdout);
		_exit(0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0 ? 0 : 2;
}
