/* setpgid(2), getpgid(2): own and children's groups, EPERM, ESRCH, EACCES after execve. */
#define TEST_HELPER
#include "test.h"

static int test_helper(int argc, char **argv)
{
	char c;

	(void)argc;
	(void)argv;
	CHECK_EQ(write(40, "r", 1), 1);
	return read(41, &c, 1) == 1 ? 0 : 1;
}

static void test(void)
{
	char c;
	int ready[2], go[2];

	CHECK_OK(pipe(ready));
	CHECK_OK(pipe(go));
	CHECK_EQ(getpgid(0), getpgrp());
	CHECK_ERRNO(getpgid(0x3fffffff), ESRCH);
	CHECK_ERRNO(getpgid(-1), ESRCH);
	CHECK_ERRNO(setpgid(0x3fffffff, 0), ESRCH);
	CHECK_ERRNO(setpgid(0, -1), EINVAL);
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_ERRNO(setpgid(getppid(), 0), ESRCH);
		CHECK_OK(dup2(ready[1], 40));
		CHECK_OK(dup2(go[0], 41));
		CHECK_EQ(read(go[0], &c, 1), 1);
		EXEC_SELF("helper");
		_exit(1);
	}
	CHECK_OK(setpgid(pid, 0));
	CHECK_EQ(getpgid(pid), pid);
	CHECK_ERRNO(setpgid(pid, 0x3ffffffe), EPERM);
	CHECK_EQ(write(go[1], "e", 1), 1);
	CHECK_EQ(read(ready[0], &c, 1), 1);
	CHECK_ERRNO(setpgid(pid, getpgrp()), EACCES);
	CHECK_EQ(write(go[1], "g", 1), 1);
	CHECK_CHILD(pid);
}
