/* posix_fadvise(2): advice about a file is taken; ESPIPE for pipes, EBADF, EINVAL for unknown advice and negative lengths. */
#include "test.h"

static void test(void)
{
	int p[2];

	test_scratch();
	int fd = (int)CHECK_OK(open("file", O_RDWR | O_CREAT, 0644));
	CHECK_OK(pipe(p));
	for (int advice = POSIX_FADV_NORMAL; advice <= POSIX_FADV_NOREUSE; advice++)
		CHECK_EQ(posix_fadvise(fd, 0, 4096, advice), 0);
	CHECK_EQ(posix_fadvise(fd, 100, 0, POSIX_FADV_SEQUENTIAL), 0);
	CHECK_EQ(posix_fadvise(fd, 0, 0, 6), EINVAL);
	CHECK_EQ(posix_fadvise(fd, 0, 0, -1), EINVAL);
	CHECK_EQ(posix_fadvise(fd, 0, -1, POSIX_FADV_NORMAL), EINVAL);
	CHECK_EQ(posix_fadvise(p[0], 0, 0, POSIX_FADV_NORMAL), ESPIPE);
	CHECK_EQ(posix_fadvise(-1, 0, 0, POSIX_FADV_NORMAL), EBADF);
	CHECK_EQ(posix_fadvise(open("file", O_PATH), 0, 0, POSIX_FADV_NORMAL), EBADF);
}
