/* setsid(2), getsid(2): a new session and group, EPERM for group leaders, groups do not cross sessions. */
#include "test.h"

static void test(void)
{
	CHECK_EQ(getsid(0), getsid(getpid()));
	CHECK_ERRNO(getsid(0x3fffffff), ESRCH);
	pid_t pid = test_fork();
	if (pid == 0) {
		pid_t old_group = getpgrp();
		CHECK_EQ(setsid(), getpid());
		CHECK_EQ(getsid(0), getpid());
		CHECK_EQ(getpgrp(), getpid());
		CHECK_ERRNO(setsid(), EPERM);
		CHECK_ERRNO(setpgid(0, 0), EPERM);
		CHECK_ERRNO(setpgid(0, old_group), EPERM);
		pid_t child = test_fork();
		if (child == 0) {
			CHECK_EQ(getsid(0), getppid());
			CHECK_OK(setpgid(0, 0));
			CHECK_ERRNO(setsid(), EPERM);
			CHECK_OK(setpgid(0, getppid()));
			CHECK_OK(setsid() == getpid() ? 0 : -1);
			test_exit();
		}
		CHECK_CHILD(child);
		test_exit();
	}
	CHECK_CHILD(pid);
}
