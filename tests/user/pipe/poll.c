/* What poll(2) says of a pipe: empty, filled, full, hung up, without readers. */
#include "test.h"

static char data[65536];

static short events(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN | POLLOUT };

	CHECK(poll(&pfd, 1, 0) >= 0);
	return pfd.revents;
}

static void test(void)
{
	int p[2];

	CHECK_OK(pipe2(p, O_NONBLOCK));
	CHECK_EQ(events(p[0]), 0);
	CHECK_EQ(events(p[1]), POLLOUT);
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK_EQ(events(p[0]), POLLIN);
	while (write(p[1], data, sizeof(data)) > 0 || write(p[1], data, 1) > 0)
		;
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(events(p[1]), 0);
	while (read(p[0], data, sizeof(data)) > 0)
		;
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK_OK(close(p[1]));
	CHECK_EQ(events(p[0]), POLLIN | POLLHUP);
	CHECK_EQ(read(p[0], data, 10), 1);
	CHECK_EQ(events(p[0]), POLLHUP);
	CHECK_OK(close(p[0]));

	CHECK_OK(pipe(p));
	CHECK_OK(close(p[0]));
	CHECK_EQ(events(p[1]), POLLOUT | POLLERR);
}
