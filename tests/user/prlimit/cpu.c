/* RLIMIT_CPU: SIGXCPU at the soft limit and each second after it, SIGKILL at the hard one; RLIMIT_RTTIME for a real-time task. */
#include "test.h"

static volatile sig_atomic_t signals;

static void handler(int sig)
{
	(void)sig;
	signals++;
}

static void test(void)
{
	struct rlimit limit = { 1, 3 };
	int priority = 1;
	pid_t pid = test_fork();

	if (pid == 0) {
		signal(SIGXCPU, handler);
		CHECK_OK(setrlimit(RLIMIT_CPU, &limit));
		while (!signals)
			;
		CHECK(clock() >= CLOCKS_PER_SEC / 2);		/* Linux counts this by ticks */
		CHECK_OK(getrlimit(RLIMIT_CPU, &limit));
		CHECK_EQ(limit.rlim_cur, 2);
		while (signals < 2)
			;
		CHECK(clock() >= CLOCKS_PER_SEC * 3 / 2);
		if (test_failures)
			test_exit();
		for (;;)
			;
	}
	CHECK_DIES(pid, SIGKILL);
	pid = test_fork();
	if (pid == 0) {
		limit = (struct rlimit){ 50000, 5000000 };
		CHECK_OK(setrlimit(RLIMIT_RTTIME, &limit));
		if (RAW(SYS_sched_setscheduler, 0, SCHED_FIFO, &priority) == -EPERM)
			raise(SIGXCPU);
		for (;;)
			;
	}
	int status = test_wait(pid);
	CHECK((status & 0x7f) == SIGXCPU);
	/* It is nothing to a task of no real time, whatever it says. */
	limit = (struct rlimit){ 0, RLIM_INFINITY };
	signals = 0;
	signal(SIGXCPU, handler);
	CHECK_OK(setrlimit(RLIMIT_RTTIME, &limit));
	for (clock_t end = clock() + CLOCKS_PER_SEC / 20; clock() < end;)
		;
	CHECK_EQ(signals, 0);
}
