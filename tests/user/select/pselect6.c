/* pselect6(2): signal mask argument pair, time-out checks, EINTR. */
#include "test.h"

static void test(void)
{
	sigset_t usr1 = test_set_of(SIGUSR1), none;
	struct timespec bad = { 0, 1000000000 }, ts = { 0, 10000000 };
	struct { const void *set; size_t size; } arg = { &none, 8 }, wrong = { &none, 4 };

	sigemptyset(&none);
	test_handle(SIGUSR1, test_count_signal, 0);
	CHECK_OK(sigprocmask(SIG_BLOCK, &usr1, NULL));
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_EQ(RAW(SYS_pselect6, 0, 0, 0, 0, &ts, 0), 0);
	CHECK_EQ(test_signals_seen, 0);
	CHECK_EQ(RAW(SYS_pselect6, 0, 0, 0, 0, 0, &arg), -EINTR);
	CHECK_EQ(test_signals_seen, 1);
	CHECK_EQ(RAW(SYS_pselect6, 0, 0, 0, 0, &bad, 0), -EINVAL);
	CHECK_EQ(RAW(SYS_pselect6, 0, 0, 0, 0, &ts, &wrong), -EINVAL);
}
