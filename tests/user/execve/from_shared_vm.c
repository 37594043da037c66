/* execve(2) in a child that shares memory with its parent leaves the parent's memory as it was. */
#define TEST_HELPER
#include "test.h"

static int test_helper(int argc, char **argv)
{
	(void)argv;
	return argc == 2 ? 12 : 1;
}

static int child(void *arg)
{
	*(volatile int *)arg = 1;
	EXEC_SELF("helper");
	return 99;
}

static void test(void)
{
	char *stack = test_map(64 << 10, PROT_READ | PROT_WRITE);
	int touched = 0;
	pid_t pid = (pid_t)CHECK_OK(clone(child, stack + (64 << 10), CLONE_VM | SIGCHLD, &touched));

	CHECK_EXITS(pid, 12);
	CHECK_EQ(touched, 1);
	memset(stack, 1, 64 << 10);
	CHECK_EQ(test_fault(test_touch_read, NULL), SIGSEGV);
}
