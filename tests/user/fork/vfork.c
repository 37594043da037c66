/* vfork(2): the parent waits until the child executes or exits, and both share memory until then. */
#define TEST_HELPER
#include "test.h"

static volatile int shared;

static int test_helper(int argc, char **argv)
{
	(void)argv;
	return argc == 2 ? 7 : 1;
}

static void test(void)
{
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		struct timespec ts = { 0, 20000000 };
		nanosleep(&ts, NULL);
		shared = 5;
		_exit(3);
	}
	CHECK(pid > 0);
	CHECK_EQ(shared, 5);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 3 << 8);

	pid = vfork();
	if (pid == 0) {
		shared = 6;
		EXEC_SELF("helper");
		_exit(99);
	}
	CHECK(pid > 0);
	CHECK_EQ(shared, 6);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 7 << 8);
}
