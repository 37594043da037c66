/* rt_sigaction(2): install, query, restore; delivery on the way out of kill; SIG_IGN; EINVAL and EFAULT. */
#include "test.h"

static void test(void)
{
	struct sigaction action, old;

	CHECK_OK(sigaction(SIGUSR1, NULL, &old));
	CHECK(old.sa_handler == SIG_DFL);
	test_handle(SIGUSR1, test_count_signal, 0);
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_EQ(test_signals_seen, 1);
	CHECK_EQ(test_last_signal, SIGUSR1);
	CHECK_OK(sigaction(SIGUSR1, &old, &action));
	CHECK(action.sa_handler == test_count_signal);
	signal(SIGUSR1, SIG_IGN);
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_EQ(test_signals_seen, 1);

	memset(&action, 0, sizeof(action));
	CHECK_EQ(RAW(SYS_rt_sigaction, 0, 0, 0, 8), -EINVAL);
	CHECK_EQ(RAW(SYS_rt_sigaction, 65, 0, 0, 8), -EINVAL);
	CHECK_EQ(RAW(SYS_rt_sigaction, SIGKILL, &action, 0, 8), -EINVAL);
	CHECK_EQ(RAW(SYS_rt_sigaction, SIGSTOP, &action, 0, 8), -EINVAL);
	CHECK_EQ(RAW(SYS_rt_sigaction, SIGKILL, 0, &action, 8), 0);
	CHECK_EQ(RAW(SYS_rt_sigaction, SIGUSR1, 0, 0, 16), -EINVAL);
	CHECK_EQ(RAW(SYS_rt_sigaction, SIGUSR1, test_unmapped(), 0, 8), -EFAULT);
	CHECK_EQ(RAW(SYS_rt_sigaction, SIGUSR1, 0, test_unmapped(), 8), -EFAULT);
}
