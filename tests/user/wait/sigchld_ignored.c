/* SIGCHLD ignored, or SA_NOCLDWAIT: no zombies, and wait sleeps until all children are gone, then ECHILD. */
#include "test.h"

static void test(void)
{
	struct sigaction action = { .sa_handler = test_count_signal, .sa_flags = SA_NOCLDWAIT };

	signal(SIGCHLD, SIG_IGN);
	pid_t pid = (pid_t)CHECK_OK(fork());
	if (pid == 0) {
		test_sleep(20);
		_exit(1);
	}
	CHECK_ERRNO(waitpid(pid, NULL, 0), ECHILD);
	CHECK_ERRNO(kill(pid, 0), ESRCH);

	CHECK_OK(sigaction(SIGCHLD, &action, NULL));
	pid = (pid_t)CHECK_OK(fork());
	if (pid == 0)
		_exit(1);
	CHECK_ERRNO(waitpid(pid, NULL, 0), ECHILD);
	CHECK_EQ(test_signals_seen, 1);
}
