/* A program that executes itself fifty times over keeps its pid and finds a fresh, equal world each time. */
#define TEST_HELPER
#include "test.h"

static int data = 5;
static char bss[20000];

static int test_helper(int argc, char **argv)
{
	char left[16], pid[16];

	(void)argc;
	int n = atoi(argv[1]);
	if (atoi(argv[2]) != getpid() || data != 5 || bss[19999] != 0)
		return 1;
	if (n == 0)
		return 50;
	data = 6;
	memset(bss, 1, sizeof(bss));
	snprintf(left, sizeof(left), "%d", n - 1);
	snprintf(pid, sizeof(pid), "%d", getpid());
	EXEC_SELF(left, pid);
	return 2;
}

static void test(void)
{
	char text[16];
	pid_t pid = test_fork();

	if (pid == 0) {
		snprintf(text, sizeof(text), "%d", getpid());
		EXEC_SELF("50", text);
		_exit(3);
	}
	CHECK_EXITS(pid, 50);
}
