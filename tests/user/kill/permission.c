/* An ordinary user may signal only processes of the same user: EPERM otherwise, and nothing is delivered. */
#include "test.h"

static void test(void)
{
	test_need_root();
	pid_t root = getpid();
	test_handle(SIGUSR1, test_count_signal, 0);
	pid_t friend = test_fork();
	if (friend == 0) {
		test_drop_root(NO_UID);
		for (;;)
			pause();
	}
	test_sleep(20);
	pid_t pid = test_fork();
	if (pid == 0) {
		test_drop_root(NO_UID);
		CHECK_ERRNO(kill(root, SIGUSR1), EPERM);
		CHECK_ERRNO(kill(root, 0), EPERM);
		CHECK_ERRNO(kill(1, SIGKILL), EPERM);
		CHECK_ERRNO(syscall(SYS_tkill, root, SIGUSR1), EPERM);
		CHECK_ERRNO(syscall(SYS_tgkill, root, root, SIGUSR1), EPERM);
		/* SIGCONT is allowed within a session. */
		CHECK_OK(kill(root, SIGCONT));
		while (kill(friend, SIGTERM) != 0)
			CHECK_EQ(errno, EPERM);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_DIES(friend, SIGTERM);
	CHECK_EQ(test_signals_seen, 0);
}
