/*
 * The runner of the in-kernel tests: finds them in the .selftests section, shuffles, runs, counts, and looks for lost
 * frames. One run at a time, from one task; checks and random numbers may come from any CPU and are atomic.
 */
#include "tests/kernel/selftest.h"

#include "arch/arch.h"
#include "lib/assert.h"
#include "lib/atomic.h"
#include "lib/log.h"
#include "mm/frame.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "sched/task.h"
#include "sched/wait.h"

#define MAX_ATTEMPTS 4			/* runs of a test that seems to lose frames */
#define SETTLE_TIME  (500 * NS_PER_MSEC)	/* for tasks that have ended to be taken apart */

extern const struct selftest *const __selftests_start[];
extern const struct selftest *const __selftests_end[];

static atomic64 random_state;
static atomic32 failures;		/* of the test that runs */

u64 selftest_random(void)
{
	u64 z = (u64)atomic_add(&random_state, (i64)0x9e3779b97f4a7c15ull);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

bool selftest_check(bool good, const char *file, int line, const char *what)
{
	if (!good && atomic_add(&failures, 1) <= 10)
		log_error("selftest", "%s:%d: %s", file, line, what);
	return good;
}

/* ---- Tasks ---- */

struct crew {
	void (*fn)(void *arg, unsigned index);
	void *arg;
	atomic32 next;			/* the index that the next task takes */
	atomic32 running;		/* tasks whose fn has not returned */
	struct waitq done;		/* running has become 0 */
	atomic32 attached;		/* tasks that may still look at this struct */
};

static void crew_task(void *p)
{
	struct crew *crew = p;

	crew->fn(crew->arg, (unsigned)atomic_add(&crew->next, 1) - 1);
	if (atomic_dec_and_test(&crew->running))
		wait_wake_all(&crew->done, 0);
	atomic_dec(&crew->attached);
}

void selftest_parallel(unsigned count, void (*fn)(void *arg, unsigned index), void *arg)
{
	struct crew crew = { .fn = fn, .arg = arg, .next = ATOMIC(0), .running = ATOMIC((i32)count),
			     .attached = ATOMIC((i32)count) };

	waitq_init(&crew.done);
	for (unsigned i = 0; i < count; i++) {
		struct task *t = task_create_kernel("selftest", crew_task, &crew);

		if (!EXPECT(t)) {
			atomic_dec(&crew.running);
			atomic_dec(&crew.attached);
			continue;
		}
		task_start(t);
	}
	wait_event(&crew.done, atomic_read(&crew.running) == 0);
	while (atomic_read(&crew.attached) > 0)	/* the last one may still be inside wait_wake_all */
		sched_yield();
}

/* ---- The run ---- */

static u64 count_free(void)
{
	struct frame_stats stats;

	kstack_drain();
	slab_drain();
	frame_drain_caches();
	frame_stats(&stats);
	return stats.free;
}

/* Frames that are missing since `before`, once tasks that ended had time to go. */
static u64 count_lost(u64 before)
{
	u64 deadline = clock_now() + SETTLE_TIME, now = count_free();

	while (now < before && clock_now() < deadline) {
		sched_yield();
		now = count_free();
	}
	return now < before ? before - now : 0;
}

/*
 * True when the test passed. The first run may leave frames behind for good reasons (page tables of the kernel map, a
 * CPU's first magazines), a leak does so in every run.
 */
static bool run_one(const struct selftest *test)
{
	u64 lost = 1;

	atomic_set(&failures, 0);
	for (int attempt = 0; attempt < MAX_ATTEMPTS && lost > 0; attempt++) {
		u64 before = count_free();

		test->fn();
		lost = count_lost(before);
		if (atomic_read(&failures) > 0) {
			log_error("selftest", "%s: FAILED", test->name);
			return false;
		}
	}
	if (lost > 0) {
		log_error("selftest", "%s: FAILED: %lu frames lost in each of %d runs", test->name, lost, MAX_ATTEMPTS);
		return false;
	}
	log_info("selftest", "%s: passed", test->name);
	return true;
}

static void shuffle(const struct selftest **tests, u64 count)
{
	for (u64 i = count; i > 1; i--) {
		u64 j = selftest_random() % i;
		const struct selftest *t = tests[i - 1];

		tests[i - 1] = tests[j];
		tests[j] = t;
	}
}

void selftest_run(u64 seed)
{
	u64 count = (u64)(__selftests_end - __selftests_start), passed = 0;
	const struct selftest **tests = kmalloc_array(MAX(count, 1ul), sizeof(*tests));

	ASSERT(tests);
	if (seed == 0)
		seed = arch_tsc() % 1000000007;
	log_info("selftest", "%lu tests on %u CPUs, selftest=%lu", count, cpu_count, seed);
	atomic_set(&random_state, (i64)seed);
	for (u64 i = 0; i < count; i++)
		tests[i] = __selftests_start[i];
	shuffle(tests, count);
	for (u64 i = 0; i < count; i++)
		passed += run_one(tests[i]);
	kfree(tests);
	log_info("selftest", "%lu passed, %lu failed", passed, count - passed);
}
