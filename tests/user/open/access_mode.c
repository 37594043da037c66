/* A mode without write permission does not hinder the descriptor that creates the file; O_RDONLY|O_TRUNC truncates. */
#include "test.h"

static void test(void)
{
	char c;

	test_scratch();
	int fd = (int)CHECK_OK(open("ro", O_RDWR | O_CREAT | O_EXCL, 0400));
	CHECK_EQ(write(fd, "x", 1), 1);
	CHECK_EQ(pread(fd, &c, 1, 0), 1);
	int w = (int)CHECK_OK(open("ro", O_WRONLY));
	CHECK_ERRNO(read(w, &c, 1), EBADF);
	int r = (int)CHECK_OK(open("ro", O_RDONLY));
	CHECK_ERRNO(write(r, "y", 1), EBADF);
	CHECK_EQ(fcntl(r, F_GETFL) & O_ACCMODE, O_RDONLY);
	CHECK_EQ(fcntl(w, F_GETFL) & O_ACCMODE, O_WRONLY);
	CHECK_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
}
