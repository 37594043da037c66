/* lseek(2): SET, CUR, END, beyond the end, negative results, bad arguments, directories and devices. */
#include "test.h"

static void test(void)
{
	test_scratch();
	test_write_file("f", "0123456789");
	int fd = (int)CHECK_OK(open("f", O_RDWR));

	CHECK_EQ(lseek(fd, 4, SEEK_SET), 4);
	CHECK_EQ(lseek(fd, -3, SEEK_CUR), 1);
	CHECK_EQ(lseek(fd, 0, SEEK_END), 10);
	CHECK_EQ(lseek(fd, -10, SEEK_END), 0);
	CHECK_EQ(lseek(fd, 5, SEEK_END), 15);
	CHECK_ERRNO(lseek(fd, -1, SEEK_SET), EINVAL);
	CHECK_ERRNO(lseek(fd, -16, SEEK_CUR), EINVAL);
	CHECK_ERRNO(lseek(fd, -11, SEEK_END), EINVAL);
	CHECK_ERRNO(lseek(fd, 0, 99), EINVAL);
	CHECK_ERRNO(lseek(fd, 0, -1), EINVAL);
	CHECK_ERRNO(lseek(fd, LONG_MIN, SEEK_CUR), EINVAL);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 15);
	CHECK_ERRNO(lseek(-1, 0, SEEK_SET), EBADF);
	int copy = (int)CHECK_OK(dup(fd));
	CHECK_EQ(lseek(copy, 3, SEEK_SET), 3);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 3);
	int other = (int)CHECK_OK(open("f", O_RDONLY));
	CHECK_EQ(lseek(other, 0, SEEK_CUR), 0);
	CHECK_EQ(lseek((int)CHECK_OK(open(".", O_RDONLY)), 0, SEEK_SET), 0);
}
