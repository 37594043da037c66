/* A read of an empty pipe and a write into a full one are interrupted by a handler without SA_RESTART. */
#include "test.h"

static char data[65536];

static void test(void)
{
	char c;
	int p[2];

	CHECK_OK(pipe(p));
	test_handle(SIGUSR1, test_count_signal, 0);
	pid_t pid = test_pester(SIGUSR1);
	CHECK_ERRNO(read(p[0], &c, 1), EINTR);
	CHECK(test_signals_seen > 0);
	test_stop(pid);

	CHECK_EQ(write(p[1], data, sizeof(data)), 65536);
	pid = test_pester(SIGUSR1);
	CHECK_ERRNO(write(p[1], data, 1), EINTR);
	test_stop(pid);

	/* A write that got some bytes in tells how many. */
	CHECK_EQ(read(p[0], data, PAGE), PAGE);
	pid = test_pester(SIGUSR1);
	CHECK_EQ(write(p[1], data, 4 * PAGE), PAGE);
	test_stop(pid);
}
