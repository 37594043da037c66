/* Linux's pwrite(2) on an O_APPEND descriptor appends, whatever offset is given (BUGS in the manual page). */
#include "test.h"

static void test(void)
{
	test_scratch();
	test_write_file("f", "abc");
	int fd = (int)CHECK_OK(open("f", O_RDWR | O_APPEND));

	CHECK_EQ(pwrite(fd, "X", 1, 0), 1);
	CHECK_FILE("f", "abcX");
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
}
