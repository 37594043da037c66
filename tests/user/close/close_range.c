/* close_range(2): closes what is open in the range, gaps are no errors, CLOSE_RANGE_CLOEXEC only marks; EINVAL. */
#include "test.h"

#define NR_CLOSE_RANGE	    436
#define CLOSE_RANGE_CLOEXEC 4

static void test(void)
{
	int null = (int)CHECK_OK(open("/dev/null", O_RDONLY));

	for (int fd = 20; fd < 30; fd++)
		CHECK_OK(dup2(null, fd));
	CHECK_OK(close(25));
	CHECK_OK(syscall(NR_CLOSE_RANGE, 22, 26, 0));
	CHECK_EQ(fcntl(21, F_GETFD), 0);
	for (int fd = 22; fd <= 26; fd++)
		CHECK_ERRNO(fcntl(fd, F_GETFD), EBADF);
	CHECK_EQ(fcntl(27, F_GETFD), 0);
	CHECK_OK(syscall(NR_CLOSE_RANGE, 27, 28, CLOSE_RANGE_CLOEXEC));
	CHECK_EQ(fcntl(27, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(fcntl(28, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(fcntl(29, F_GETFD), 0);
	CHECK_OK(syscall(NR_CLOSE_RANGE, 20, ~0U, 0));
	CHECK_ERRNO(fcntl(29, F_GETFD), EBADF);
	CHECK_OK(syscall(NR_CLOSE_RANGE, 1000, 2000, 0));
	CHECK_ERRNO(syscall(NR_CLOSE_RANGE, 5, 4, 0), EINVAL);
	CHECK_ERRNO(syscall(NR_CLOSE_RANGE, 5, 6, 0x80), EINVAL);
	CHECK_EQ(fcntl(null, F_GETFD), 0);
}
