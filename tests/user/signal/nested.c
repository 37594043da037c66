/* Handlers interrupted by other handlers: order of entry, masks put back level by level. */
#include "test.h"

static char trace[16];
static volatile int used;

static void outer(int sig)
{
	(void)sig;
	trace[used++] = 'O';
	kill(getpid(), SIGUSR2);
	trace[used++] = 'o';
}

static void inner(int sig)
{
	(void)sig;
	trace[used++] = 'I';
	if (used == 1)
		kill(getpid(), SIGUSR1);
	trace[used++] = 'i';
}

static void test(void)
{
	sigset_t set;

	test_handle(SIGUSR1, outer, 0);
	test_handle(SIGUSR2, inner, 0);
	CHECK_OK(kill(getpid(), SIGUSR2));
	/* USR2 is blocked inside of the first handler, so the one that USR1's handler sends waits until all are done. */
	trace[used] = '\0';
	CHECK_BYTES(trace, "IOoiIi", 7);
	CHECK_OK(sigprocmask(SIG_BLOCK, NULL, &set));
	CHECK_EQ(sigismember(&set, SIGUSR1), 0);
	CHECK_EQ(sigismember(&set, SIGUSR2), 0);
}
