/* SA_RESETHAND, SA_NODEFER and sa_mask: what is blocked while a handler runs, and what is installed afterwards. */
#include "test.h"

static volatile sig_atomic_t entries, depth, deepest;
static volatile sig_atomic_t usr1_blocked, usr2_blocked;

static void nest(int sig)
{
	sigset_t now;

	sigprocmask(SIG_BLOCK, NULL, &now);
	usr1_blocked = sigismember(&now, SIGUSR1);
	usr2_blocked = sigismember(&now, SIGUSR2);
	if (++depth > deepest)
		deepest = depth;
	if (++entries < 3)
		kill(getpid(), sig);
	depth--;
	test_signals_seen = test_signals_seen + 1;
}

static void test(void)
{
	struct sigaction action = { .sa_handler = nest };

	sigaddset(&action.sa_mask, SIGUSR2);
	CHECK_OK(sigaction(SIGUSR1, &action, NULL));
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_EQ(usr1_blocked, 1);
	CHECK_EQ(usr2_blocked, 1);
	CHECK_EQ(deepest, 1);
	CHECK_EQ(test_signals_seen, 3);

	entries = deepest = test_signals_seen = 0;
	action.sa_flags = SA_NODEFER;
	CHECK_OK(sigaction(SIGUSR1, &action, NULL));
	CHECK_OK(kill(getpid(), SIGUSR1));
	CHECK_EQ(deepest, 3);
	CHECK_EQ(test_signals_seen, 3);
	CHECK_EQ(usr1_blocked, 0);

	test_handle(SIGUSR2, test_count_signal, (int)SA_RESETHAND);
	CHECK_OK(kill(getpid(), SIGUSR2));
	CHECK_OK(sigaction(SIGUSR2, NULL, &action));
	CHECK(action.sa_handler == SIG_DFL);
	sigset_t set;
	CHECK_OK(sigprocmask(SIG_BLOCK, NULL, &set));
	CHECK_EQ(sigismember(&set, SIGUSR1), 0);
	CHECK_EQ(sigismember(&set, SIGUSR2), 0);
}
