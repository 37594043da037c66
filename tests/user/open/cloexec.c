/* O_CLOEXEC and its FD_CLOEXEC bit, for open, openat, pipe2, dup3 and F_DUPFD_CLOEXEC. */
#include "test.h"

static void test(void)
{
	int p[2];

	test_scratch();
	int plain = (int)CHECK_OK(open("/dev/null", O_RDONLY));
	int flagged = (int)CHECK_OK(open("/dev/null", O_RDONLY | O_CLOEXEC));

	CHECK_EQ(fcntl(plain, F_GETFD), 0);
	CHECK_EQ(fcntl(flagged, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(fcntl(flagged, F_GETFL) & O_CLOEXEC, 0);
	CHECK_OK(pipe2(p, O_CLOEXEC));
	CHECK_EQ(fcntl(p[0], F_GETFD), FD_CLOEXEC);
	CHECK_EQ(fcntl(p[1], F_GETFD), FD_CLOEXEC);
	CHECK_EQ(fcntl((int)CHECK_OK(dup(flagged)), F_GETFD), 0);
	CHECK_EQ(fcntl((int)CHECK_OK(dup3(plain, 50, O_CLOEXEC)), F_GETFD), FD_CLOEXEC);
	CHECK_EQ(fcntl((int)CHECK_OK(fcntl(plain, F_DUPFD_CLOEXEC, 60)), F_GETFD), FD_CLOEXEC);
	CHECK_OK(fcntl(plain, F_SETFD, FD_CLOEXEC));
	CHECK_EQ(fcntl(plain, F_GETFD), FD_CLOEXEC);
	CHECK_OK(fcntl(plain, F_SETFD, 0));
	CHECK_EQ(fcntl(plain, F_GETFD), 0);
}
