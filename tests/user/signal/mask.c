/* rt_sigprocmask(2) and rt_sigpending(2): blocked signals wait and merge, arrive on unblocking; KILL and STOP cannot be blocked. */
#include "test.h"

static void test(void)
{
	sigset_t set = test_set_of(SIGUSR1), old, pending;
	unsigned long raw = ~0UL;

	test_handle(SIGUSR1, test_count_signal, 0);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, &old));
	CHECK_EQ(sigismember(&old, SIGUSR1), 0);
	for (int i = 0; i < 3; i++)
		CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_EQ(test_signals_seen, 0);
	CHECK_OK(sigpending(&pending));
	CHECK_EQ(sigismember(&pending, SIGUSR1), 1);
	CHECK_EQ(sigismember(&pending, SIGUSR2), 0);
	CHECK_OK(sigprocmask(SIG_UNBLOCK, &set, NULL));
	CHECK_EQ(test_signals_seen, 1);
	CHECK_OK(sigpending(&pending));
	CHECK_EQ(sigismember(&pending, SIGUSR1), 0);

	/* Ignoring a pending blocked signal throws it away. */
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	CHECK_OK(kill(getpid(), SIGUSR1));
	signal(SIGUSR1, SIG_IGN);
	CHECK_OK(sigpending(&pending));
	CHECK_EQ(sigismember(&pending, SIGUSR1), 0);

	CHECK_EQ(RAW(SYS_rt_sigprocmask, SIG_SETMASK, &raw, 0, 8), 0);
	CHECK_EQ(RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, &raw, 8), 0);
	CHECK_EQ(raw, ~(1UL << (SIGKILL - 1) | 1UL << (SIGSTOP - 1)));
	CHECK_EQ(RAW(SYS_rt_sigprocmask, 3, &raw, 0, 8), -EINVAL);
	CHECK_EQ(RAW(SYS_rt_sigprocmask, 3, 0, &raw, 8), 0);
	CHECK_EQ(RAW(SYS_rt_sigprocmask, SIG_BLOCK, &raw, 0, 4), -EINVAL);
	CHECK_EQ(RAW(SYS_rt_sigprocmask, SIG_BLOCK, test_unmapped(), 0, 8), -EFAULT);
	CHECK_EQ(RAW(SYS_rt_sigprocmask, SIG_BLOCK, 0, test_unmapped(), 8), -EFAULT);
}
