/* The errors of read(2): EBADF, EISDIR, EFAULT. A refused read leaves the offset alone. */
#include "test.h"

static void test(void)
{
	char buf[16];

	test_scratch();
	test_write_file("f", "hello");
	int fd = (int)CHECK_OK(open("f", O_RDONLY));
	int wronly = (int)CHECK_OK(open("f", O_WRONLY));
	int dir = (int)CHECK_OK(open(".", O_RDONLY | O_DIRECTORY));

	CHECK_ERRNO(read(-1, buf, 1), EBADF);
	CHECK_ERRNO(read(9999, buf, 1), EBADF);
	CHECK_ERRNO(read(INT_MIN, buf, 1), EBADF);
	CHECK_ERRNO(read(wronly, buf, 1), EBADF);
	CHECK_ERRNO(read(wronly, buf, 0), EBADF);
	CHECK_ERRNO(read(dir, buf, sizeof(buf)), EISDIR);
	CHECK_ERRNO(read(fd, test_unmapped(), 5), EFAULT);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
	CHECK_ERRNO(read(fd, (void *)0xffff800000000000, 5), EFAULT);
	CHECK_ERRNO(read(fd, buf, (size_t)-1), EFAULT);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
	CHECK_EQ(read(fd, test_unmapped(), 0), 0);
}
