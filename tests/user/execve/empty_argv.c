/* An empty argument list becomes one empty string; NULL for the environment is an empty environment. */
#define TEST_HELPER
#include "test.h"

static int test_helper(int argc, char **argv)
{
	return argc == 2 && argv[2] == NULL && environ[0] == NULL ? 5 : 1;
}

static void test(void)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		char *args[] = { "self", "x", NULL };
		RAW(SYS_execve, "/proc/self/exe", args, NULL);
		_exit(2);
	}
	CHECK_EXITS(pid, 5);
	CHECK_ERRNO(execve("/nowhere", (char *[]){ NULL }, environ), ENOENT);
}
