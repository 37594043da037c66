/* A write without readers: EPIPE and SIGPIPE, which kills by default. */
#include "test.h"

static void test(void)
{
	int p[2];

	CHECK_OK(pipe(p));
	CHECK_OK(close(p[0]));
	pid_t pid = test_fork();
	if (pid == 0) {
		signal(SIGPIPE, SIG_DFL);
		if (write(p[1], "x", 1) == -1)
			_exit(1);
		_exit(2);
	}
	CHECK_DIES(pid, SIGPIPE);
	test_handle(SIGPIPE, test_count_signal, 0);
	CHECK_ERRNO(write(p[1], "x", 1), EPIPE);
	CHECK_EQ(test_signals_seen, 1);
	signal(SIGPIPE, SIG_IGN);
	CHECK_ERRNO(write(p[1], "x", 1), EPIPE);
	CHECK_EQ(test_signals_seen, 1);
}
