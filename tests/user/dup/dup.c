/* dup(2), dup2(2), dup3(2): one open file behind both, closing of the target, equal numbers, errors. */
#include "test.h"

static void test(void)
{
	struct rlimit limit;
	char c;
	int p[2];

	CHECK_OK(pipe(p));
	int fd = (int)CHECK_OK(dup(p[1]));
	CHECK_EQ(fd, p[1] + 1);
	CHECK_EQ(dup2(p[0], fd), fd);
	CHECK_ERRNO(write(fd, "x", 1), EBADF);
	CHECK_EQ(dup2(p[1], 100), 100);
	CHECK_EQ(write(100, "x", 1), 1);
	CHECK_EQ(read(fd, &c, 1), 1);
	CHECK_EQ(dup2(fd, fd), fd);
	CHECK_ERRNO(dup2(99, 99), EBADF);
	CHECK_ERRNO(dup2(99, fd), EBADF);
	CHECK_ERRNO(dup(-1), EBADF);
	CHECK_ERRNO(dup2(fd, -1), EBADF);
	CHECK_OK(getrlimit(RLIMIT_NOFILE, &limit));
	CHECK_ERRNO(dup2(fd, (int)limit.rlim_cur), EBADF);
	CHECK_ERRNO(syscall(SYS_dup3, fd, fd, 0), EINVAL);
	CHECK_ERRNO(syscall(SYS_dup3, fd, 50, O_APPEND), EINVAL);
	CHECK_ERRNO(syscall(SYS_dup3, 99, 50, 0), EBADF);
	CHECK_OK(fcntl(fd, F_SETFL, O_NONBLOCK));
	CHECK_EQ(fcntl(p[0], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	CHECK_OK(fcntl(fd, F_SETFD, FD_CLOEXEC));
	CHECK_EQ(fcntl(p[0], F_GETFD), 0);
}
