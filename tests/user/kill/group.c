/* kill(2) with 0 and negative identifiers reaches every member of a process group and nobody else. */
#include "test.h"

static void test(void)
{
	pid_t members[3], outsider = test_fork();

	if (outsider == 0)
		for (;;)
			pause();
	for (int i = 0; i < 3; i++) {
		members[i] = test_fork();
		if (members[i] == 0)
			for (;;)
				pause();
		CHECK_OK(setpgid(members[i], members[0]));
	}
	CHECK_OK(kill(-members[0], 0));
	CHECK_OK(kill(-members[0], SIGTERM));
	for (int i = 0; i < 3; i++)
		CHECK_DIES(members[i], SIGTERM);
	CHECK_ERRNO(kill(-members[0], 0), ESRCH);
	CHECK_EQ(waitpid(outsider, NULL, WNOHANG), 0);
	test_stop(outsider);

	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(setpgid(0, 0));
		test_handle(SIGUSR1, test_count_signal, 0);
		CHECK_OK(kill(0, SIGUSR1));
		CHECK_EQ(test_signals_seen, 1);
		test_exit();
	}
	CHECK_CHILD(pid);
}
