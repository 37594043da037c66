/* fsync(2), fdatasync(2), sync(2): good on files, EINVAL on pipes, EBADF. */
#include "test.h"

static void test(void)
{
	int p[2];

	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT, 0600));
	CHECK_EQ(write(fd, "x", 1), 1);
	CHECK_OK(fsync(fd));
	CHECK_OK(fdatasync(fd));
	CHECK_OK(fsync((int)CHECK_OK(open(".", O_RDONLY))));
	CHECK_OK(pipe(p));
	CHECK_ERRNO(fsync(p[0]), EINVAL);
	CHECK_ERRNO(fdatasync(p[1]), EINVAL);
	CHECK_ERRNO(fsync(-1), EBADF);
	CHECK_ERRNO(fsync((int)CHECK_OK(open("/proc/self/stat", O_RDONLY))), EINVAL);
	/* syncfs takes any descriptor: it means the file system of it. */
	CHECK_OK(syscall(SYS_syncfs, fd));
	CHECK_OK(syscall(SYS_syncfs, p[0]));
	CHECK_ERRNO(syscall(SYS_syncfs, -1), EBADF);
	CHECK_ERRNO(syscall(SYS_syncfs, (int)CHECK_OK(open("f", O_PATH))), EBADF);
}
