/* ASTRA only: signals on the way out of int 0x80, restarts included. */
#include "test.h"

static void test(void)
{
	char c;
	int p[2];

	if (!test_on_astra())
		test_skip("int 0x80 has x86-64 numbers on ASTRA only");
	test_handle(SIGUSR1, test_count_signal, 0);
	CHECK_EQ(INT80(SYS_kill, getpid(), SIGUSR1), 0);
	CHECK_EQ(test_signals_seen, 1);
	CHECK_OK(pipe(p));
	pid_t pid = test_pester(SIGUSR1);
	CHECK_EQ(INT80(SYS_read, p[0], &c, 1), -EINTR);
	test_stop(pid);

	test_handle(SIGUSR1, test_count_signal, SA_RESTART);
	pid_t target = getpid();
	pid = test_fork();
	if (pid == 0) {
		test_sleep(20);
		kill(target, SIGUSR1);
		test_sleep(20);
		CHECK_EQ(write(p[1], "x", 1), 1);
		test_exit();
	}
	CHECK_EQ(INT80(SYS_read, p[0], &c, 1), 1);
	CHECK_CHILD(pid);
}
