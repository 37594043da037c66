/* The errors of write(2): EBADF, EFAULT; a refused write leaves file and offset alone. */
#include "test.h"

static void test(void)
{
	test_scratch();
	test_write_file("f", "hello");
	int ro = (int)CHECK_OK(open("f", O_RDONLY));
	int rw = (int)CHECK_OK(open("f", O_RDWR));
	int dir = (int)CHECK_OK(open(".", O_RDONLY));

	CHECK_ERRNO(write(-1, "x", 1), EBADF);
	CHECK_ERRNO(write(9999, "x", 1), EBADF);
	CHECK_ERRNO(write(ro, "x", 1), EBADF);
	CHECK_ERRNO(write(ro, "x", 0), EBADF);
	CHECK_ERRNO(write(dir, "x", 1), EBADF);
	CHECK_ERRNO(write(rw, test_unmapped(), 5), EFAULT);
	CHECK_ERRNO(write(rw, (void *)0xffffffff80000000, 5), EFAULT);
	CHECK_ERRNO(write(rw, (void *)0x8000000000000000, 5), EFAULT);
	CHECK_ERRNO(write(rw, "x", (size_t)-1), EFAULT);
	CHECK_EQ(lseek(rw, 0, SEEK_CUR), 0);
	CHECK_FILE("f", "hello");
}
