/* A hundred children at once, each with its own exit status, reaped in any order; a chain of generations. */
#include "test.h"

#define CHILDREN 60

static int chain(int depth)
{
	if (depth == 0)
		return 0;
	pid_t pid = test_fork();
	if (pid == 0)
		_exit(chain(depth - 1));
	int status = test_wait(pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) + 1 : 99;
}

static void test(void)
{
	pid_t pids[CHILDREN];
	int seen[CHILDREN] = { 0 };
	int status;

	for (int i = 0; i < CHILDREN; i++) {
		pids[i] = (pid_t)CHECK_OK(fork());
		if (pids[i] == 0)
			_exit(i);
	}
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = (pid_t)CHECK_OK(wait(&status));
		CHECK(WIFEXITED(status));
		int index = WEXITSTATUS(status);
		CHECK(index < CHILDREN && pids[index] == pid && !seen[index]);
		seen[index]++;
	}
	CHECK_ERRNO(wait(&status), ECHILD);
	CHECK_EQ(chain(12), 12);
}
