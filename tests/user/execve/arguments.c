/* execve(2) hands over arguments and environment exactly, empty strings and odd bytes too. */
#define TEST_HELPER
#include "test.h"

static int test_helper(int argc, char **argv)
{
	CHECK_EQ(argc, 5);
	CHECK(!strcmp(argv[0], "zero"));
	CHECK(!strcmp(argv[1], "one two"));
	CHECK(!strcmp(argv[2], ""));
	CHECK(!strcmp(argv[3], "\xff\n\x01"));
	CHECK_EQ(strlen(argv[4]), 3000);
	CHECK(argv[5] == NULL);
	CHECK(environ[0] && !strcmp(environ[0], "A=1"));
	CHECK(environ[1] && !strcmp(environ[1], "no_equals"));
	CHECK(environ[2] && !strcmp(environ[2], ""));
	CHECK(environ[3] == NULL);
	CHECK(environ == argv + 6);
	test_exit();
}

static void test(void)
{
	static char longest[3001];
	char *env[] = { "A=1", "no_equals", "", NULL };
	char *args[] = { "zero", "one two", "", "\xff\n\x01", longest, NULL };
	pid_t pid = test_fork();

	memset(longest, 'l', 3000);
	if (pid == 0) {
		execve("/proc/self/exe", args, env);
		_exit(1);
	}
	CHECK_CHILD(pid);
}
