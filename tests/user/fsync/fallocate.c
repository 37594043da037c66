/* fallocate(2): what is refused; where it is not supported, which is an answer, a write allocates what it writes. */
#include "test.h"

static void test(void)
{
	struct stat st;
	int p[2];

	test_scratch();
	int fd = (int)CHECK_OK(open("file", O_RDWR | O_CREAT, 0644));
	int reader = (int)CHECK_OK(open("file", O_RDONLY));
	CHECK_OK(pipe(p));
	CHECK_ERRNO(fallocate(fd, 0, 0, 0), EINVAL);
	CHECK_ERRNO(fallocate(fd, 0, -1, 10), EINVAL);
	CHECK_ERRNO(fallocate(reader, 0, 0, 10), EBADF);
	CHECK_ERRNO(fallocate(-1, 0, 0, 10), EBADF);
	CHECK_ERRNO(fallocate(p[1], 0, 0, 10), ESPIPE);
	int result = fallocate(fd, 0, 0, 10000);
	CHECK(result == 0 || errno == EOPNOTSUPP);
	CHECK_OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, result == 0 ? 10000 : 0);
	CHECK_ERRNO(fallocate(fd, 0x4000, 0, 10), EOPNOTSUPP);
}
