/* The descriptors a program starts with: readable 0, writable 1 and 2, and no others that it did not ask for are needed. */
#include "test.h"

static void test(void)
{
	struct stat st;

	for (int fd = 0; fd < 3; fd++) {
		CHECK_OK(fstat(fd, &st));
		CHECK_EQ(fcntl(fd, F_GETFD), 0);
	}
	CHECK((fcntl(0, F_GETFL) & O_ACCMODE) != O_WRONLY);
	CHECK((fcntl(1, F_GETFL) & O_ACCMODE) != O_RDONLY);
	CHECK((fcntl(2, F_GETFL) & O_ACCMODE) != O_RDONLY);
	CHECK_EQ(write(1, "", 0), 0);
	CHECK_EQ(write(2, "", 0), 0);
}
