/* A poll that sleeps wakes when the other end goes, also where no event was asked for. */
#include "test.h"

static void test(void)
{
	int p[2];
	CHECK_OK(pipe(p));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(close(p[0]));
		test_sleep(20);
		_exit(0);
	}
	CHECK_OK(close(p[1]));
	struct pollfd pfd = { .fd = p[0], .events = 0 };
	CHECK_EQ(poll(&pfd, 1, -1), 1);
	CHECK_EQ(pfd.revents, POLLHUP);
	CHECK_CHILD(pid);

	CHECK_OK(pipe(p));
	pid = test_fork();
	if (pid == 0) {
		CHECK_OK(close(p[1]));
		test_sleep(20);
		_exit(0);
	}
	CHECK_OK(close(p[0]));
	pfd = (struct pollfd){ .fd = p[1], .events = 0 };
	CHECK_EQ(poll(&pfd, 1, -1), 1);
	CHECK_EQ(pfd.revents, POLLERR);
	CHECK_CHILD(pid);
}
