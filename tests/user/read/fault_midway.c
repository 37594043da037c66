/* read(2) into a buffer that ends at an inaccessible page: a prefix or nothing is delivered, then comes EFAULT. */
#include "test.h"

static void test(void)
{
	test_scratch();
	test_write_file("f", "abcdefghij");
	int fd = (int)CHECK_OK(open("f", O_RDONLY));
	char *buf = test_guarded(4);

	CHECK_EQ(read(fd, buf, 4), 4);
	CHECK_BYTES(buf, "abcd", 4);
	long n = read(fd, buf, 6);
	if (n == -1) {
		CHECK_EQ(errno, EFAULT);
		CHECK_EQ(lseek(fd, 0, SEEK_CUR), 4);
	} else {
		CHECK(n <= 4);
		CHECK_EQ(lseek(fd, 0, SEEK_CUR), 4 + n);
		CHECK_BYTES(buf, "efgh", (size_t)n);
	}
	CHECK_ERRNO(read(fd, buf + 4, 1), EFAULT);
}
