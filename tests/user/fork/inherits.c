/* What a child takes over: cwd, umask, mask and dispositions, limits, alternate stack; and what not: pending signals. */
#include "test.h"

static void test(void)
{
	char here[128], there[128];
	struct sigaction action;
	struct rlimit limit;
	sigset_t set = test_set_of(SIGUSR1);

	test_scratch();
	CHECK(getcwd(here, sizeof(here)) != NULL);
	umask(031);
	test_handle(SIGUSR2, test_count_signal, SA_RESTART);
	signal(SIGHUP, SIG_IGN);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	CHECK_OK(kill(getpid(), SIGUSR1));
	limit = (struct rlimit){ 99, 100 };
	CHECK_OK(setrlimit(RLIMIT_NOFILE, &limit));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK(getcwd(there, sizeof(there)) && !strcmp(here, there));
		CHECK_EQ(umask(0), 031);
		CHECK_OK(sigaction(SIGUSR2, NULL, &action));
		CHECK(action.sa_handler == test_count_signal);
		CHECK_EQ(action.sa_flags & SA_RESTART, SA_RESTART);
		CHECK_OK(sigaction(SIGHUP, NULL, &action));
		CHECK(action.sa_handler == SIG_IGN);
		CHECK_OK(sigprocmask(SIG_BLOCK, NULL, &set));
		CHECK_EQ(sigismember(&set, SIGUSR1), 1);
		CHECK_OK(sigpending(&set));
		CHECK_EQ(sigismember(&set, SIGUSR1), 0);
		CHECK_OK(getrlimit(RLIMIT_NOFILE, &limit));
		CHECK_EQ(limit.rlim_cur, 99);
		CHECK_OK(chdir("/"));
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK(getcwd(there, sizeof(there)) && !strcmp(here, there));
	CHECK_OK(sigpending(&set));
	CHECK_EQ(sigismember(&set, SIGUSR1), 1);
}
