/* Thousands of timers at once: each tells of itself exactly once. */
#include "test.h"

#define COUNT 2000

static void test(void)
{
	static int ids[COUNT];
	static char seen[COUNT];
	sigset_t rt = test_set_of(SIGRTMIN);
	struct rlimit limit;

	CHECK_OK(getrlimit(RLIMIT_SIGPENDING, &limit));
	int count = limit.rlim_cur / 2 < COUNT ? (int)(limit.rlim_cur / 2) : COUNT;	/* each takes one queue entry */
	CHECK_OK(sigprocmask(SIG_BLOCK, &rt, NULL));
	for (int i = 0; i < count; i++) {
		struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = i };
		struct itimerspec s = { .it_value = { 0, 1 + (i * 7919 % COUNT) * 20000 } };

		CHECK_OK(syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &ids[i]));
		CHECK_OK(syscall(SYS_timer_settime, ids[i], 0, &s, NULL));
	}
	for (int i = 0; i < count; i++) {
		siginfo_t info;

		CHECK_EQ(sigwaitinfo(&rt, &info), SIGRTMIN);
		CHECK_EQ(seen[info.si_value.sival_int % COUNT]++, 0);
	}
	for (int i = 0; i < count; i++)
		CHECK_OK(syscall(SYS_timer_delete, ids[i]));
}
