/*
 * Clocks of CPU time of other processes and threads, by the numbers that clock_getcpuclockid(3) and pthread_getcpuclockid(3) make;
 * sleeping by them; errors.
 */
#include "test.h"
#include <pthread.h>

enum { BOTH, USER, SCHED };

static clockid_t process_clock(int pid, int kind) { return (clockid_t)(~(unsigned)pid << 3 | (unsigned)kind); }
static clockid_t thread_clock(int tid, int kind) { return (clockid_t)(~(unsigned)tid << 3 | 4u | (unsigned)kind); }

static long read_clock(clockid_t clock, int64_t *ns)
{
	struct timespec t = { 0, 0 };
	long r = RAW(SYS_clock_gettime, clock, &t);

	*ns = t.tv_sec * 1000000000LL + t.tv_nsec;
	return r;
}

static volatile int stop;
static volatile int tid;

static void *spin(void *arg)
{
	(void)arg;
	tid = (int)RAW(SYS_gettid);
	while (!stop)
		;
	return NULL;
}

static void errors(void)
{
	struct timespec t = { 0, 1000000 };
	int64_t ns;

	CHECK_EQ(read_clock(process_clock(0x0fffffff, SCHED), &ns), -EINVAL);
	CHECK_EQ(read_clock(thread_clock(0x0fffffff, SCHED), &ns), -EINVAL);
	CHECK_EQ(read_clock(thread_clock(1, SCHED), &ns), -EINVAL);
	CHECK_EQ(read_clock(process_clock(getpid(), 3), &ns), -EINVAL);
	CHECK_EQ(RAW(SYS_clock_settime, process_clock(getpid(), SCHED), &t), -EPERM);
	CHECK_EQ(RAW(SYS_clock_settime, process_clock(0x0fffffff, SCHED), &t), -EINVAL);
	CHECK_EQ(RAW(SYS_clock_settime, CLOCK_PROCESS_CPUTIME_ID, &t), -EINVAL);
	CHECK_EQ(RAW(SYS_clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &t, NULL), -EOPNOTSUPP);
	CHECK_EQ(RAW(SYS_clock_nanosleep, thread_clock((int)RAW(SYS_gettid), SCHED), 0, &t, NULL), -EINVAL);
	CHECK_EQ(RAW(SYS_clock_nanosleep, thread_clock(0, SCHED), 0, &t, NULL), -EINVAL);
	CHECK_EQ(RAW(SYS_clock_nanosleep, process_clock(0x0fffffff, SCHED), 0, &t, NULL), -EINVAL);
	CHECK_EQ(RAW(SYS_clock_nanosleep, CLOCK_MONOTONIC_RAW, 0, &t, NULL), -EOPNOTSUPP);
	CHECK_EQ(RAW(SYS_clock_getres, process_clock(getpid(), SCHED), &t), 0);
	CHECK_EQ(t.tv_sec, 0);
	CHECK_EQ(t.tv_nsec, 1);
	CHECK_EQ(RAW(SYS_clock_getres, CLOCK_MONOTONIC_COARSE, &t), 0);
	CHECK(t.tv_sec == 0 && t.tv_nsec >= 1000000 && t.tv_nsec <= 10000000);
	CHECK_EQ(RAW(SYS_clock_getres, process_clock(0x0fffffff, SCHED), &t), -EINVAL);
}

static void processes(void)
{
	int64_t before, after, own, mine;
	pid_t pid = test_fork();

	if (pid == 0)
		for (;;)
			;
	CHECK_EQ(read_clock(process_clock(pid, SCHED), &before), 0);
	do {
		test_sleep(10);
		CHECK_EQ(read_clock(process_clock(pid, SCHED), &after), 0);
		CHECK(after >= before);
	} while (after < before + 50000000 && test_failures == 0);
	CHECK_EQ(read_clock(process_clock(pid, USER), &own), 0);
	CHECK(own > 0);
	/* Sleep by it, for 30 ms of it. */
	CHECK_EQ(read_clock(process_clock(pid, SCHED), &before), 0);
	struct timespec t = { 0, 30000000 };
	CHECK_EQ(RAW(SYS_clock_nanosleep, process_clock(pid, SCHED), 0, &t, NULL), 0);
	CHECK_EQ(read_clock(process_clock(pid, SCHED), &after), 0);
	CHECK(after - before >= 30000000);
	/* A time that has passed. */
	t = (struct timespec){ 0, 1 };
	CHECK_EQ(RAW(SYS_clock_nanosleep, process_clock(pid, SCHED), TIMER_ABSTIME, &t, NULL), 0);
	test_stop(pid);
	CHECK_EQ(read_clock(process_clock(pid, SCHED), &after), -EINVAL);
	CHECK_EQ(read_clock(process_clock(getpid(), SCHED), &own), 0);
	CHECK_EQ(read_clock(process_clock(0, SCHED), &mine), 0);
	CHECK(mine >= own);
}

static void threads(void)
{
	pthread_t thread;
	int64_t before, after, whole;

	CHECK_EQ(pthread_create(&thread, NULL, spin, NULL), 0);
	while (!tid)
		test_sleep(1);
	CHECK_EQ(read_clock(thread_clock(tid, SCHED), &before), 0);
	do {
		test_sleep(10);
		CHECK_EQ(read_clock(thread_clock(tid, SCHED), &after), 0);
	} while (after < before + 40000000 && test_failures == 0);
	CHECK_EQ(read_clock(CLOCK_PROCESS_CPUTIME_ID, &whole), 0);
	CHECK(whole >= after);
	struct timespec t = { 0, 20000000 };
	CHECK_EQ(read_clock(thread_clock(tid, SCHED), &before), 0);
	CHECK_EQ(RAW(SYS_clock_nanosleep, thread_clock(tid, SCHED), 0, &t, NULL), 0);
	CHECK_EQ(read_clock(thread_clock(tid, SCHED), &after), 0);
	CHECK(after - before >= 20000000);
	CHECK_EQ(read_clock(CLOCK_PROCESS_CPUTIME_ID, &before), 0);
	CHECK_EQ(RAW(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &t, NULL), 0);
	CHECK_EQ(read_clock(CLOCK_PROCESS_CPUTIME_ID, &after), 0);
	CHECK(after - before >= 20000000);
	stop = 1;
	pthread_join(thread, NULL);
}

static void on_alarm(int sig) { (void)sig; }

/* A handler ends the sleep, and what was left is told. */
static void interrupted(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct timespec t = { 1000, 0 }, left = { 0, 0 };

	CHECK_OK(sigaction(SIGUSR1, &action, NULL));
	pid_t pid = test_pester(SIGUSR1);
	CHECK_EQ(RAW(SYS_clock_nanosleep, process_clock(getpid(), SCHED), 0, &t, &left), -EINTR);
	CHECK(left.tv_sec >= 990 && left.tv_sec <= 1000);
	CHECK_EQ(RAW(SYS_clock_nanosleep, process_clock(getpid(), SCHED), TIMER_ABSTIME, &t, &left), -EINTR);
	test_stop(pid);
}

static void test(void)
{
	errors();
	processes();
	threads();
	interrupted();
}
