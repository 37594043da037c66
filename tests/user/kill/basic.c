/* kill(2), tkill(2), tgkill(2): existence checks, process groups, errors. */
#include "test.h"

static void test(void)
{
	pid_t self = getpid();

	CHECK_OK(kill(self, 0));
	CHECK_ERRNO(kill(self, 65), EINVAL);
	CHECK_ERRNO(kill(self, -1), EINVAL);
	CHECK_ERRNO(kill(0x3fffffff, 0), ESRCH);
	CHECK_ERRNO(kill(-0x3fffffff, 0), ESRCH);
	CHECK_ERRNO(kill(INT_MIN, 0), ESRCH);
	CHECK_OK(syscall(SYS_tgkill, self, self, 0));
	CHECK_ERRNO(syscall(SYS_tgkill, self, 0x3fffffff, 0), ESRCH);
	CHECK_ERRNO(syscall(SYS_tgkill, 1, self, 0), ESRCH);
	CHECK_ERRNO(syscall(SYS_tgkill, -1, self, 0), EINVAL);
	CHECK_ERRNO(syscall(SYS_tgkill, self, 0, 0), EINVAL);
	CHECK_ERRNO(syscall(SYS_tkill, 0, 0), EINVAL);
	CHECK_ERRNO(syscall(SYS_tkill, -5, 0), EINVAL);
	CHECK_OK(syscall(SYS_tkill, self, 0));
	CHECK_ERRNO(syscall(SYS_tkill, self, 65), EINVAL);

	/* A zombie exists until it is reaped. */
	pid_t pid = test_fork();
	if (pid == 0)
		_exit(0);
	siginfo_t info;
	CHECK_OK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
	CHECK_OK(kill(pid, SIGKILL));
	CHECK_EXITS(pid, 0);
	CHECK_ERRNO(kill(pid, 0), ESRCH);
}
