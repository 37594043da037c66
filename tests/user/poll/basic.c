/* poll(2): negative and closed descriptors, regular files, time-outs, wake-ups, errors. */
#include "test.h"

static void test(void)
{
	struct pollfd pfd[3];
	int p[2];

	test_scratch();
	test_write_file("f", "x");
	CHECK_OK(pipe(p));
	int64_t start = test_now();
	CHECK_EQ(poll(NULL, 0, 30), 0);
	CHECK(test_now() - start >= 30000000);
	pfd[0] = (struct pollfd){ .fd = -1, .events = POLLIN, .revents = 0x7f };
	pfd[1] = (struct pollfd){ .fd = 999, .events = POLLIN };
	pfd[2] = (struct pollfd){ .fd = open("f", O_RDONLY), .events = POLLIN | POLLOUT };
	CHECK_EQ(poll(pfd, 3, -1), 2);
	CHECK_EQ(pfd[0].revents, 0);
	CHECK_EQ(pfd[1].revents, POLLNVAL);
	CHECK_EQ(pfd[2].revents, POLLIN | POLLOUT);
	pfd[2].events = 0;
	pfd[1].fd = -5;
	CHECK_EQ(poll(pfd, 3, 0), 0);

	pfd[0] = (struct pollfd){ .fd = p[0], .events = POLLIN };
	CHECK_EQ(poll(pfd, 1, 10), 0);
	pid_t pid = test_fork();
	if (pid == 0) {
		test_sleep(20);
		CHECK_EQ(write(p[1], "x", 1), 1);
		test_exit();
	}
	CHECK_EQ(poll(pfd, 1, -1), 1);
	CHECK_EQ(pfd[0].revents, POLLIN);
	CHECK_CHILD(pid);
	pid = test_fork();
	if (pid == 0) {
		struct rlimit limit = { 2, 64 };
		CHECK_OK(setrlimit(RLIMIT_NOFILE, &limit));
		CHECK_ERRNO(syscall(SYS_poll, pfd, 3, 0), EINVAL);
		test_exit();
	}
	CHECK_CHILD(pid);
}
