/*
 * As many busy tasks as CPUs, all started on one CPU and then let go: each gets a CPU of its own, so that none idles beside a queue
 * of two. Judged by the tasks' shares: together they use what the CPUs have, and no one is left with half of one.
 */
#include "share.h"

#define MOST 8

static int64_t run(int tasks, int64_t *least)
{
	volatile int64_t *w = shared_words();
	unsigned long all[16] = { 0 };
	int64_t before[MOST], sum = 0;
	pid_t pids[MOST];

	RAW(SYS_sched_getaffinity, 0, sizeof(all), all);
	for (int i = 0; i < tasks; i++) {
		pids[i] = test_fork();
		if (pids[i] == 0) {
			pin(first_cpu());
			RAW(SYS_sched_setaffinity, 0, sizeof(all), all);
			burn(&w[1 + i], &w[0]);
			test_exit();
		}
	}
	test_sleep(200);
	int64_t start = test_now();
	for (int i = 0; i < tasks; i++)
		before[i] = w[1 + i];
	test_sleep(600);
	*least = INT64_MAX;
	for (int i = 0; i < tasks; i++) {
		int64_t used = w[1 + i] - before[i];

		sum += used;
		if (used < *least)
			*least = used;
	}
	int64_t wall = test_now() - start;
	w[0] = 1;
	for (int i = 0; i < tasks; i++)
		CHECK_CHILD(pids[i]);
	*least = *least * 100 / wall;
	return sum * 100 / wall;
}

static void test(void)
{
	unsigned long all[16] = { 0 };
	int64_t least, sum;

	RAW(SYS_sched_getaffinity, 0, sizeof(all), all);
	int cpus = __builtin_popcountl(all[0]);
	if (cpus > MOST)
		cpus = MOST;
	sum = run(cpus, &least);
	test_print("%d CPUs: %d %% in all, the least %d %%\n", cpus, (int)sum, (int)least);
	if (test_on_astra()) {		/* elsewhere other people's programs run as well */
		CHECK(sum > 85 * cpus);
		CHECK(least > 65);
	}
}
