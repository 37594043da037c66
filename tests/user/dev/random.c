/* /dev/random and /dev/urandom never end and differ. */
#include "test.h"

static void test(void)
{
	static const char *const names[] = { "/dev/random", "/dev/urandom" };
	char a[64], b[64];
	struct stat st;

	for (int i = 0; i < 2; i++) {
		int fd = (int)CHECK_OK(open(names[i], O_RDWR));
		CHECK_EQ(read(fd, a, 64), 64);
		CHECK_EQ(read(fd, b, 64), 64);
		CHECK(memcmp(a, b, 64) != 0);
		CHECK_EQ(write(fd, "seed", 4), 4);
		CHECK_ERRNO(read(fd, test_unmapped(), 8), EFAULT);
		CHECK_ERRNO(write(fd, test_unmapped(), 8), EFAULT);
		CHECK_OK(fstat(fd, &st));
		CHECK(S_ISCHR(st.st_mode));
		CHECK_EQ(st.st_rdev, 0x108 + i);
	}
}
