/* socketpair(2) of a family that knows no pairs is EOPNOTSUPP, of an unknown family EAFNOSUPPORT. */
#include "test.h"
#include <sys/socket.h>

static void test(void)
{
	int fds[2] = { -1, -1 }, first = (int)CHECK_OK(dup(2));

	CHECK_OK(close(first));
	CHECK_ERRNO(socketpair(AF_INET, SOCK_DGRAM, 0, fds), EOPNOTSUPP);
	CHECK_ERRNO(socketpair(AF_INET, SOCK_STREAM, 0, fds), EOPNOTSUPP);
	CHECK_ERRNO(socketpair(99, SOCK_STREAM, 0, fds), EAFNOSUPPORT);
	CHECK_ERRNO(socketpair(AF_INET, 77, 0, fds), EINVAL);
	CHECK_EQ(dup(2), first);
}
