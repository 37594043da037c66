/* F_SETPIPE_SZ keeps every byte of a pipe that is nearly full and whose newest bytes wrapped around to the page of the oldest. */
#include "test.h"

static unsigned char data[72000], got[72000];

static void test(void)
{
	int p[2];
	size_t total;
	ssize_t more;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 7 + i / 251);
	CHECK_OK(pipe2(p, O_NONBLOCK));
	CHECK_EQ(write(p[1], data, 65536), 65536);
	CHECK_EQ(read(p[0], got, 4196), 4196);
	more = CHECK_OK(write(p[1], data + 65536, 4150));
	CHECK(more >= 4096);
	CHECK_EQ(fcntl(p[1], F_SETPIPE_SZ, 65536), 65536);
	CHECK_EQ(fcntl(p[1], F_SETPIPE_SZ, 131072), 131072);
	total = 65536 - 4196 + (size_t)more;
	CHECK_EQ(read(p[0], got, sizeof(got)), total);
	CHECK_BYTES(got, data + 4196, total);
	CHECK_ERRNO(read(p[0], got, 1), EAGAIN);
}
