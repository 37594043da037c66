/* rt_sigsuspend(2): swaps the mask, sleeps until a handler ran, gives the old mask back, EINTR. */
#include "test.h"

static void test(void)
{
	sigset_t usr1 = test_set_of(SIGUSR1), usr2 = test_set_of(SIGUSR2), now, pending;

	test_handle(SIGUSR1, test_count_signal, 0);
	test_handle(SIGUSR2, test_count_signal, SA_RESTART);
	CHECK_OK(sigprocmask(SIG_BLOCK, &usr1, NULL));
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_EQ(test_signals_seen, 0);
	CHECK_ERRNO(sigsuspend(&usr2), EINTR);
	CHECK_EQ(test_signals_seen, 1);
	CHECK_OK(sigprocmask(SIG_BLOCK, NULL, &now));
	CHECK_EQ(sigismember(&now, SIGUSR1), 1);
	CHECK_EQ(sigismember(&now, SIGUSR2), 0);

	pid_t pid = test_pester(SIGUSR2);
	CHECK_ERRNO(sigsuspend(&usr1), EINTR);
	CHECK_EQ(test_last_signal, SIGUSR2);
	test_stop(pid);
	CHECK_OK(sigpending(&pending));
	CHECK_EQ(sigismember(&pending, SIGUSR1), 0);
	CHECK_EQ(RAW(SYS_rt_sigsuspend, &usr1, 4), -EINVAL);
	CHECK_EQ(RAW(SYS_rt_sigsuspend, test_unmapped(), 8), -EFAULT);
}
