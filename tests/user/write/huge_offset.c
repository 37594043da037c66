/* Offsets at the edge: beyond the largest file EFBIG, overflowing sums EINVAL or EFBIG, never a wrapped position. */
#include "test.h"

static void test(void)
{
	struct stat st;

	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	long n = pwrite(fd, "x", 1, LONG_MAX);
	CHECK(n == -1 && (errno == EFBIG || errno == EINVAL));
	n = pwrite(fd, "xy", 2, LONG_MAX - 1);
	CHECK(n == -1 && (errno == EFBIG || errno == EINVAL));
	n = ftruncate(fd, LONG_MAX);
	CHECK(n == 0 || errno == EFBIG || errno == EINVAL);
	CHECK_OK(ftruncate(fd, 0));
	char c;
	CHECK_EQ(pread(fd, &c, 1, LONG_MAX - 1), 0);
	CHECK_OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, 0);
}
