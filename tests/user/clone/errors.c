/* clone(2) refuses flags that do not go together, and makes no process then. */
#include "test.h"

static long try_clone(unsigned long flags)
{
	long r = RAW(SYS_clone, flags, 0, 0, 0, 0);

	if (r == 0)
		_exit(0);
	return r;
}

static void test(void)
{
	CHECK_EQ(try_clone(CLONE_SIGHAND | SIGCHLD), -EINVAL);
	CHECK_EQ(try_clone(CLONE_THREAD | SIGCHLD), -EINVAL);
	CHECK_EQ(try_clone(CLONE_THREAD | CLONE_VM | SIGCHLD), -EINVAL);
	CHECK_EQ(try_clone(CLONE_FS | CLONE_NEWNS | SIGCHLD), -EINVAL);
	CHECK_ERRNO(wait(NULL), ECHILD);
}
