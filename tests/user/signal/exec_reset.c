/* execve(2): handlers become default, ignored signals stay ignored, mask and pending signals stay, the alternate stack goes. */
#define TEST_HELPER
#include "test.h"

static int test_helper(int argc, char **argv)
{
	struct sigaction action;
	sigset_t set;
	stack_t ss;

	(void)argc;
	(void)argv;
	CHECK_OK(sigaction(SIGUSR1, NULL, &action));
	CHECK(action.sa_handler == SIG_DFL);
	CHECK_EQ(action.sa_flags & (SA_RESTART | SA_ONSTACK), 0);
	CHECK_OK(sigaction(SIGUSR2, NULL, &action));
	CHECK(action.sa_handler == SIG_IGN);
	CHECK_OK(sigprocmask(SIG_BLOCK, NULL, &set));
	CHECK_EQ(sigismember(&set, SIGTERM), 1);
	CHECK_EQ(sigismember(&set, SIGHUP), 0);
	CHECK_OK(sigpending(&set));
	CHECK_EQ(sigismember(&set, SIGTERM), 1);
	CHECK_OK(sigaltstack(NULL, &ss));
	CHECK_EQ(ss.ss_flags, SS_DISABLE);
	test_exit();
}

static void test(void)
{
	sigset_t set = test_set_of(SIGTERM);
	stack_t ss = { .ss_sp = test_map(65536, PROT_READ | PROT_WRITE), .ss_size = 65536 };
	pid_t pid = test_fork();

	if (pid == 0) {
		CHECK_OK(sigaltstack(&ss, NULL));
		test_handle(SIGUSR1, test_count_signal, SA_RESTART | SA_ONSTACK);
		signal(SIGUSR2, SIG_IGN);
		CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
		CHECK_OK(kill(getpid(), SIGTERM));
		EXEC_SELF("helper");
		_exit(1);
	}
	CHECK_CHILD(pid);
}
