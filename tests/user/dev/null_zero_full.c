/* /dev/null, /dev/zero and /dev/full: reads, writes, seeks, poll. */
#include "test.h"

static void test(void)
{
	char buf[100];
	int null = (int)CHECK_OK(open("/dev/null", O_RDWR));
	int zero = (int)CHECK_OK(open("/dev/zero", O_RDWR));
	int full = (int)CHECK_OK(open("/dev/full", O_RDWR));

	CHECK_EQ(read(null, buf, 100), 0);
	CHECK_EQ(write(null, buf, 100), 100);
	CHECK_EQ(write(null, test_unmapped(), 100), 100);
	CHECK_EQ(lseek(null, 50, SEEK_SET), 0);
	memset(buf, 1, sizeof(buf));
	CHECK_EQ(read(zero, buf, 100), 100);
	for (int i = 0; i < 100; i++)
		CHECK_EQ(buf[i], 0);
	CHECK_EQ(write(zero, buf, 100), 100);
	CHECK_ERRNO(read(zero, test_unmapped(), 100), EFAULT);
	memset(buf, 1, sizeof(buf));
	CHECK_EQ(read(full, buf, 10), 10);
	CHECK_EQ(buf[9], 0);
	CHECK_ERRNO(write(full, buf, 1), ENOSPC);
	CHECK_OK(open("/dev/null", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600));
	CHECK_ERRNO(syscall(SYS_ioctl, null, 0x5401, buf), ENOTTY);
	struct pollfd pfd = { .fd = null, .events = POLLIN | POLLOUT };
	CHECK_EQ(poll(&pfd, 1, -1), 1);
	CHECK_EQ(pfd.revents, POLLIN | POLLOUT);
}
