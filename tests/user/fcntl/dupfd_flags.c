/* fcntl(2): F_DUPFD's lower bound, F_GETFL and F_SETFL, what cannot be changed, errors. */
#include "test.h"

static void test(void)
{
	struct rlimit limit;

	test_scratch();
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_CREAT | O_TRUNC, 0600));
	CHECK_EQ(fcntl(fd, F_DUPFD, 70), 70);
	CHECK_EQ(fcntl(fd, F_DUPFD, 70), 71);
	CHECK_EQ(fcntl(fd, F_DUPFD, 0), fd + 1);
	CHECK_ERRNO(fcntl(fd, F_DUPFD, -1), EINVAL);
	CHECK_OK(getrlimit(RLIMIT_NOFILE, &limit));
	CHECK_ERRNO(fcntl(fd, F_DUPFD, (int)limit.rlim_cur), EINVAL);
	CHECK_ERRNO(fcntl(-1, F_GETFD), EBADF);
	CHECK_ERRNO(fcntl(fd, 9999), EINVAL);
	CHECK_EQ(fcntl(fd, F_GETFL) & ~0100000, O_RDWR);
	CHECK_OK(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK | O_WRONLY | O_CREAT | O_EXCL));
	CHECK_EQ(fcntl(fd, F_GETFL) & ~0100000, O_RDWR | O_APPEND | O_NONBLOCK);
	CHECK_EQ(write(fd, "ab", 2), 2);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(write(fd, "c", 1), 1);
	CHECK_FILE("f", "abc");
	CHECK_OK(fcntl(fd, F_SETFL, 0));
	CHECK_EQ(fcntl(fd, F_GETFL) & ~0100000, O_RDWR);
	CHECK_OK(fcntl(fd, F_SETFD, 0xff));
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	/* Write-life hints are kept for whoever asks; O_DIRECT is of files and pipes alone. */
	uint64_t hint = 3;
	CHECK_OK(fcntl(fd, 1036 /* F_SET_RW_HINT */, &hint));
	hint = 0;
	CHECK_OK(fcntl((int)CHECK_OK(open("f", O_RDONLY)), 1035 /* F_GET_RW_HINT */, &hint));
	CHECK_EQ(hint, 3);
	hint = 99;
	CHECK_ERRNO(fcntl(fd, 1036, &hint), EINVAL);
	CHECK_ERRNO(fcntl(fd, 1036, test_unmapped()), EFAULT);
	CHECK_ERRNO(fcntl((int)CHECK_OK(open("/dev/null", O_RDWR)), F_SETFL, O_DIRECT), EINVAL);
}
