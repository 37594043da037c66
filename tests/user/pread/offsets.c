/* pread(2) and pwrite(2) use their own offset and leave the descriptor's alone; the errors of both. */
#include "test.h"

static void test(void)
{
	char buf[16];
	int p[2];

	test_scratch();
	test_write_file("f", "0123456789");
	int fd = (int)CHECK_OK(open("f", O_RDWR));

	CHECK_EQ(pread(fd, buf, 3, 5), 3);
	CHECK_BYTES(buf, "567", 3);
	CHECK_EQ(pread(fd, buf, 8, 8), 2);
	CHECK_EQ(pread(fd, buf, 8, 10), 0);
	CHECK_EQ(pread(fd, buf, 8, 1L << 40), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
	CHECK_EQ(pwrite(fd, "AB", 2, 4), 2);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
	CHECK_FILE("f", "0123AB6789");

	CHECK_ERRNO(pread(fd, buf, 1, -1), EINVAL);
	CHECK_ERRNO(pwrite(fd, buf, 1, -1), EINVAL);
	CHECK_ERRNO(pread(fd, buf, 1, LONG_MIN), EINVAL);
	CHECK_ERRNO(pread(-1, buf, 1, 0), EBADF);
	CHECK_ERRNO(pread(fd, test_unmapped(), 1, 0), EFAULT);
	CHECK_ERRNO(pwrite(fd, test_unmapped(), 1, 0), EFAULT);
	CHECK_OK(pipe(p));
	CHECK_ERRNO(pread(p[0], buf, 1, 0), ESPIPE);
	CHECK_ERRNO(pwrite(p[1], buf, 1, 0), ESPIPE);
	CHECK_ERRNO(pread((int)CHECK_OK(open("f", O_WRONLY)), buf, 1, 0), EBADF);
	CHECK_ERRNO(pwrite((int)CHECK_OK(open("f", O_RDONLY)), buf, 1, 0), EBADF);
}
