/* CLONE_VM without CLONE_THREAD: another process in the same memory, on its own stack. */
#include "test.h"

static volatile int shared;

static int child(void *arg)
{
	*(volatile int *)arg = 42;
	shared = (int)syscall(SYS_getpid);
	return 9;
}

static void test(void)
{
	int local = 0, status;
	char *stack = test_map(64 << 10, PROT_READ | PROT_WRITE);
	pid_t pid = clone(child, stack + (64 << 10), CLONE_VM | SIGCHLD, &local);

	CHECK(pid > 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 9 << 8);
	CHECK_EQ(local, 42);
	CHECK_EQ(shared, pid);
	CHECK(pid != getpid());
}
