/* O_NONBLOCK: EAGAIN on empty, partial writes above PIPE_BUF, all-or-nothing up to PIPE_BUF. */
#include "test.h"

static char data[128 << 10];

static void test(void)
{
	char c;
	int p[2];

	CHECK_OK(pipe2(p, O_NONBLOCK));
	CHECK_EQ(fcntl(p[0], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	CHECK_ERRNO(read(p[0], &c, 1), EAGAIN);
	CHECK_EQ(write(p[1], data, sizeof(data)), 65536);
	CHECK_ERRNO(write(p[1], data, 1), EAGAIN);
	CHECK_ERRNO(write(p[1], data, PIPE_BUF), EAGAIN);
	/* One byte taken does not make room for PIPE_BUF. */
	CHECK_EQ(read(p[0], &c, 1), 1);
	CHECK_ERRNO(write(p[1], data, PIPE_BUF), EAGAIN);
	CHECK_EQ(read(p[0], data, 65536), 65535);
	CHECK_EQ(write(p[1], data, PIPE_BUF), PIPE_BUF);
	CHECK_EQ(read(p[0], data, sizeof(data)), PIPE_BUF);
	CHECK_ERRNO(read(p[0], &c, 1), EAGAIN);
	CHECK_OK(close(p[1]));
	CHECK_EQ(read(p[0], &c, 1), 0);
}
