/* write(2) from a buffer that ends at an inaccessible page writes a prefix or nothing, and never what was not there. */
#include "test.h"

static void test(void)
{
	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	char *buf = test_guarded(8);
	char back[16];

	memcpy(buf, "abcdefgh", 8);
	long n = write(fd, buf, 12);
	if (n == -1)
		CHECK_EQ(errno, EFAULT);
	else
		CHECK(n > 0 && n <= 8);
	long size = n < 0 ? 0 : n;
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), size);
	CHECK_EQ(lseek(fd, 0, SEEK_END), size);
	CHECK_EQ(pread(fd, back, sizeof(back), 0), size);
	CHECK_BYTES(back, "abcdefgh", (size_t)size);
	CHECK_EQ(write(fd, buf, 8), 8);
}
