/* Closing one of several descriptors of an open file leaves the others working, across fork too. */
#include "test.h"

static void test(void)
{
	int p[2];
	char c;

	CHECK_OK(pipe(p));
	int extra = (int)CHECK_OK(dup(p[1]));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(close(p[1]));
		CHECK_EQ(write(extra, "x", 1), 1);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_OK(close(p[1]));
	CHECK_EQ(write(extra, "y", 1), 1);
	CHECK_OK(close(extra));
	CHECK_EQ(read(p[0], &c, 1), 1);
	CHECK_EQ(c, 'x');
	CHECK_EQ(read(p[0], &c, 1), 1);
	CHECK_EQ(c, 'y');
	CHECK_EQ(read(p[0], &c, 1), 0);
}
