/* E2BIG: a single string over 128 KiB, or all strings together over a quarter of the stack limit; below that it works. */
#define TEST_HELPER
#include "test.h"

#define STRING_LIMIT (32 * 4096)

static int test_helper(int argc, char **argv)
{
	(void)argv;
	return argc > 2 ? 40 : (int)strlen(argv[1]) == STRING_LIMIT - 1 ? 41 : 1;
}

static void test(void)
{
	static char huge[STRING_LIMIT + 1], medium[100001];
	static char *many[8192];

	memset(huge, 'h', STRING_LIMIT);
	memset(medium, 'm', 100000);
	CHECK_ERRNO(EXEC_SELF(huge), E2BIG);
	huge[STRING_LIMIT - 1] = '\0';
	pid_t pid = test_fork();
	if (pid == 0) {
		EXEC_SELF(huge);
		_exit(2);
	}
	CHECK_EXITS(pid, 41);

	struct rlimit limit = { 8 << 20, RLIM_INFINITY };
	CHECK_OK(getrlimit(RLIMIT_STACK, &limit));
	limit.rlim_cur = 8 << 20;
	CHECK_OK(setrlimit(RLIMIT_STACK, &limit));
	for (int i = 0; i < 15; i++)
		many[i] = medium;
	pid = test_fork();
	if (pid == 0) {
		execve("/proc/self/exe", many, environ);
		_exit(2);
	}
	CHECK_EXITS(pid, 40);
	for (int i = 0; i < 25; i++)
		many[i] = medium;
	CHECK_ERRNO(execve("/proc/self/exe", many, environ), E2BIG);
	CHECK_ERRNO(execve("/proc/self/exe", (char *[]){ "x", NULL }, many), E2BIG);
}
