/* Without options an execve ends in a SIGTRAP; a tracer that comes by PTRACE_SEIZE gets none. */
#define TEST_HELPER
#include "ptrace/common.h"

static int test_helper(int argc, char **argv)
{
	return 5;
}

static void execute(void)
{
	EXEC_SELF("x");
	_exit(99);
}

static void test(void)
{
	pid_t pid = traced_child(execute);
	siginfo_t info;

	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), STOPPED(SIGTRAP));
	TRACE(PTRACE_GETSIGINFO, pid, 0, &info);
	CHECK_EQ(info.si_signo, SIGTRAP);
	CHECK_EQ(info.si_code, SI_USER);
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), 5 << 8);
}
