/* close(2): the number becomes free and is the next one given; EBADF on a second close. */
#include "test.h"

static void test(void)
{
	int a = (int)CHECK_OK(open("/dev/null", O_RDONLY));
	int b = (int)CHECK_OK(open("/dev/null", O_RDONLY));
	char c;

	CHECK_EQ(b, a + 1);
	CHECK_OK(close(a));
	CHECK_ERRNO(close(a), EBADF);
	CHECK_ERRNO(read(a, &c, 1), EBADF);
	CHECK_ERRNO(fcntl(a, F_GETFD), EBADF);
	CHECK_EQ(open("/dev/null", O_RDONLY), a);
	CHECK_ERRNO(close(-1), EBADF);
	CHECK_ERRNO(close(INT_MAX), EBADF);
	CHECK_ERRNO(close(9999), EBADF);
	CHECK_OK(close(b));
}
