/*
 * Real-time over others on one CPU: a FIFO task that wakes runs before a busy ordinary one goes on; a higher priority goes first; RR
 * tasks of one priority take turns, FIFO ones do not; and a FIFO task that never sleeps leaves something to the rest.
 */
#include "share.h"

static void become(int policy, int priority)
{
	CHECK_EQ(RAW(SYS_sched_setscheduler, 0, policy, &priority), 0);
}

/* Children of two priorities wait for a pipe each; the parent, above both, wakes the lower one first. */
static void order(void)
{
	volatile int64_t *w = shared_words();
	int low[2], high[2];
	char c = 0;

	CHECK_OK(pipe(low));
	CHECK_OK(pipe(high));
	become(SCHED_FIFO, 50);
	for (int i = 0; i < 2; i++) {
		pid_t pid = test_fork();

		if (pid == 0) {
			become(SCHED_FIFO, i ? 20 : 10);
			if (read(i ? high[0] : low[0], &c, 1) != 1)
				_exit(1);
			w[1 + i] = __atomic_add_fetch(&w[0], 1, __ATOMIC_SEQ_CST);
			test_exit();
		}
		test_sleep(20);
	}
	CHECK_EQ(write(low[1], &c, 1), 1);
	CHECK_EQ(write(high[1], &c, 1), 1);
	CHECK_EQ(w[0], 0);
	become(SCHED_OTHER, 0);
	while (w[0] < 2)
		sched_yield();
	CHECK_EQ(w[2], 1);
	CHECK_EQ(w[1], 2);
	while (wait(NULL) > 0)
		;
}

/* A sleeper of real time beside busy ordinary tasks: it is there at once, as far as the machine's own delays allow. */
static void wakes(void)
{
	volatile int64_t *w = shared_words();
	int64_t best = INT64_MAX;
	pid_t hogs[3];

	for (int i = 0; i < 3; i++) {
		hogs[i] = test_fork();
		if (hogs[i] == 0) {
			burn(&w[1 + i], &w[0]);
			test_exit();
		}
	}
	become(SCHED_FIFO, 30);
	for (int i = 0; i < 50; i++) {
		int64_t start = test_now();

		test_sleep(2);
		int64_t late = test_now() - start - 2000000;
		if (late < best)
			best = late;
	}
	become(SCHED_OTHER, 0);
	w[0] = 1;
	for (int i = 0; i < 3; i++)
		CHECK_CHILD(hogs[i]);
	test_print("best wake-up late by %d us\n", (int)(best / 1000));
	CHECK(best < 2000000);
}

/* Two busy children of one priority; how many of them ran within `ms`. */
static int took_turns(int policy, int ms)
{
	volatile int64_t *w = shared_words();
	pid_t pids[2];

	become(SCHED_FIFO, 50);
	for (int i = 0; i < 2; i++) {
		pids[i] = test_fork();
		if (pids[i] == 0) {
			become(policy, 10);
			burn(&w[1 + i], &w[0]);
			test_exit();
		}
	}
	test_sleep(ms);
	int n = (w[1] > 0) + (w[2] > 0);
	w[0] = 1;
	CHECK_CHILD(pids[0]);
	CHECK_CHILD(pids[1]);
	become(SCHED_OTHER, 0);
	return n;
}

/* Ordinary work goes on beside a loop of real time. */
static void mercy(void)
{
	volatile int64_t *w = shared_words();
	pid_t hog = test_fork();

	if (hog == 0) {
		become(SCHED_FIFO, 99);
		burn(&w[1], &w[0]);
		test_exit();
	}
	for (int i = 0; i < 3; i++)
		test_sleep(300);
	w[0] = 1;
	CHECK_CHILD(hog);
}

static void test(void)
{
	int zero = 0, one = 1;

	test_need_root();
	if (RAW(SYS_sched_setscheduler, 0, SCHED_FIFO, &one) == -EPERM)
		test_skip("real-time policies are not ours to use");
	CHECK_EQ(RAW(SYS_sched_setscheduler, 0, SCHED_OTHER, &zero), 0);
	pin(first_cpu());
	order();
	wakes();
	CHECK_EQ(took_turns(SCHED_RR, 500), 2);
	CHECK_EQ(took_turns(SCHED_FIFO, 300), 1);
	mercy();
}
