/* setitimer(2), getitimer(2), alarm(2): real, virtual and profiling time, what is left, fork and exec, errors. */
#include "test.h"

static void real_time(void)
{
	struct itimerval v = { .it_value = { 0, 20000 } }, now;
	int64_t start = test_now();

	CHECK_OK(setitimer(ITIMER_REAL, &v, &now));
	CHECK(now.it_value.tv_sec == 0 && now.it_value.tv_usec == 0);
	CHECK_OK(getitimer(ITIMER_REAL, &now));
	CHECK(now.it_value.tv_usec <= 20000);
	while (test_signals_seen < 1)
		pause();
	CHECK(test_now() - start >= 20000000);
	CHECK_OK(getitimer(ITIMER_REAL, &now));
	CHECK(now.it_value.tv_sec == 0 && now.it_value.tv_usec == 0);
	v = (struct itimerval){ .it_value = { 0, 5000 }, .it_interval = { 0, 5000 } };
	CHECK_OK(setitimer(ITIMER_REAL, &v, NULL));
	while (test_signals_seen < 4)
		test_sleep(1);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(getitimer(ITIMER_REAL, &now));
		CHECK(now.it_value.tv_usec == 0 && now.it_interval.tv_usec == 0);
		test_exit();
	}
	CHECK_CHILD(pid);
	memset(&v, 0, sizeof(v));
	CHECK_OK(setitimer(ITIMER_REAL, &v, &now));
	CHECK_EQ(now.it_interval.tv_usec, 5000);
	CHECK(now.it_value.tv_usec > 0);
}

static void cpu_time(int which, int sig)
{
	struct itimerval v = { .it_value = { 0, 20000 }, .it_interval = { 0, 20000 } }, now;

	test_signals_seen = 0;
	test_handle(sig, test_count_signal, 0);
	CHECK_OK(setitimer(which, &v, NULL));
	while (test_signals_seen < 2)
		;
	memset(&v, 0, sizeof(v));
	CHECK_OK(setitimer(which, &v, &now));
	CHECK_EQ(now.it_interval.tv_usec, 20000);
	CHECK(now.it_value.tv_sec == 0 && now.it_value.tv_usec > 0);
	struct timespec t;
	CHECK_OK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t));
	CHECK(t.tv_sec > 0 || t.tv_nsec >= 30000000);
}

static void alarms(void)
{
	test_signals_seen = 0;
	CHECK_EQ(alarm(100), 0);
	CHECK_EQ(alarm(1), 100);
	CHECK_EQ(alarm(0), 1);
	CHECK_EQ(alarm(0), 0);
	CHECK_EQ(test_signals_seen, 0);
}

static void test(void)
{
	struct itimerval bad = { .it_value = { 0, 1000000 } }, good = { .it_value = { 0, 0 } };

	CHECK_EQ(RAW(SYS_setitimer, 3, &good, NULL), -EINVAL);
	CHECK_EQ(RAW(SYS_getitimer, -1, &good), -EINVAL);
	CHECK_EQ(RAW(SYS_setitimer, 0, &bad, NULL), -EINVAL);
	CHECK_EQ(RAW(SYS_setitimer, 0, test_unmapped(), NULL), -EFAULT);
	CHECK_EQ(RAW(SYS_getitimer, 0, test_unmapped()), -EFAULT);
	test_handle(SIGALRM, test_count_signal, 0);
	real_time();
	alarms();
	cpu_time(ITIMER_VIRTUAL, SIGVTALRM);
	cpu_time(ITIMER_PROF, SIGPROF);
}
