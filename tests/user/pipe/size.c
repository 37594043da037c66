/* F_GETPIPE_SZ and F_SETPIPE_SZ: the default of 64 KiB, rounding to a power-of-two number of pages, EBUSY, EBADF. */
#include "test.h"

static char data[65536];

static void test(void)
{
	int p[2];

	CHECK_OK(pipe2(p, O_NONBLOCK));
	CHECK_EQ(fcntl(p[0], F_GETPIPE_SZ), 65536);
	CHECK_EQ(fcntl(p[1], F_SETPIPE_SZ, 4097), 8192);
	CHECK_EQ(fcntl(p[0], F_GETPIPE_SZ), 8192);
	CHECK_EQ(write(p[1], data, sizeof(data)), 8192);
	CHECK_ERRNO(fcntl(p[1], F_SETPIPE_SZ, 4096), EBUSY);
	CHECK_EQ(fcntl(p[1], F_SETPIPE_SZ, 131072), 131072);
	CHECK_EQ(write(p[1], data, sizeof(data)), 65536);
	int null = (int)CHECK_OK(open("/dev/null", O_RDWR));
	CHECK_ERRNO(fcntl(null, F_GETPIPE_SZ), EBADF);
}
