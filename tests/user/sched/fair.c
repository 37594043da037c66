/* Two busy tasks on one CPU share it by their nice values: 1024 to 335 for 0 and 5, and evenly for 0 and 0; SCHED_IDLE yields to both. */
#include "share.h"

#define MS 1500

/* The ratio of CPU time of two children with these settings, times 100. */
static int64_t ratio(int nice_a, int nice_b, int policy_b)
{
	volatile int64_t *w = shared_words();
	int zero = 0;
	pid_t pids[2];

	for (int i = 0; i < 2; i++) {
		pids[i] = test_fork();
		if (pids[i] == 0) {
			CHECK_OK(setpriority(PRIO_PROCESS, 0, i ? nice_b : nice_a));
			if (i)
				CHECK_EQ(RAW(SYS_sched_setscheduler, 0, policy_b, &zero), 0);
			__atomic_fetch_add(&w[3], 1, __ATOMIC_SEQ_CST);
			burn(&w[i], &w[2]);
			test_exit();
		}
	}
	while (w[3] < 2)
		test_sleep(1);
	test_sleep(50);
	int64_t a = w[0], b = w[1];
	test_sleep(MS);
	a = w[0] - a;
	b = w[1] - b;
	w[2] = 1;
	CHECK_CHILD(pids[0]);
	CHECK_CHILD(pids[1]);
	return a * 100 / (b ? b : 1);
}

static void test(void)
{
	pin(first_cpu());
	int64_t even = ratio(0, 0, SCHED_OTHER), uneven = ratio(0, 5, SCHED_OTHER), idle = ratio(0, 0, SCHED_IDLE);

	test_print("0:0 %d, 0:5 %d, 0:idle %d (hundredths)\n", (int)even, (int)uneven, (int)idle);
	CHECK(even > 75 && even < 134);
	CHECK(uneven > 220 && uneven < 420);
	CHECK(idle > 1000);
}
