/* A pipe's life with several readers and writers: it ends with the last of each, however they came to it. */
#include "test.h"

static void test(void)
{
	char c;
	int p[2];

	CHECK_OK(pipe(p));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(close(p[1]));
		while (read(p[0], &c, 1) == 1 && c != 'q')
			;
		test_exit();
	}
	CHECK_OK(close(p[0]));
	signal(SIGPIPE, SIG_IGN);
	CHECK_EQ(write(p[1], "abc", 3), 3);
	CHECK_EQ(write(p[1], "q", 1), 1);
	CHECK_CHILD(pid);
	CHECK_ERRNO(write(p[1], "x", 1), EPIPE);
	struct pollfd pfd = { .fd = p[1], .events = POLLOUT };
	CHECK_EQ(poll(&pfd, 1, 0), 1);
	CHECK_EQ(pfd.revents & POLLERR, POLLERR);
}
