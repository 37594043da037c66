/* ppoll(2): the mask holds while waiting only, the time-out is checked, EINTR. */
#include "test.h"

static void test(void)
{
	struct timespec ts = { 0, 20000000 }, bad = { 0, -1 };
	sigset_t usr1 = test_set_of(SIGUSR1), none, now;

	sigemptyset(&none);
	int64_t start = test_now();
	CHECK_EQ(ppoll(NULL, 0, &ts, NULL), 0);
	CHECK(test_now() - start >= 20000000);
	CHECK_ERRNO(ppoll(NULL, 0, &bad, NULL), EINVAL);
	CHECK_EQ(RAW(SYS_ppoll, 0, 0, 0, &none, 4), -EINVAL);

	test_handle(SIGUSR1, test_count_signal, SA_RESTART);
	CHECK_OK(sigprocmask(SIG_BLOCK, &usr1, NULL));
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_EQ(ppoll(NULL, 0, &ts, NULL), 0);
	CHECK_EQ(test_signals_seen, 0);
	CHECK_ERRNO(ppoll(NULL, 0, NULL, &none), EINTR);
	CHECK_EQ(test_signals_seen, 1);
	CHECK_OK(sigprocmask(SIG_BLOCK, NULL, &now));
	CHECK_EQ(sigismember(&now, SIGUSR1), 1);
}
