/* waitpid(2) with 0 and negative identifiers selects by process group. */
#include "test.h"

static pid_t member(pid_t group, int code)
{
	int p[2];
	char c;

	CHECK_OK(pipe(p));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(read(p[0], &c, 1), 1);
		_exit(code);
	}
	if (group >= 0)
		CHECK_OK(setpgid(pid, group));
	CHECK_EQ(write(p[1], "g", 1), 1);
	close(p[0]);
	close(p[1]);
	return pid;
}

static void test(void)
{
	int status;
	pid_t leader = member(0, 1);
	pid_t second = member(leader, 2);
	pid_t ours = member(-1, 3);

	CHECK_EQ(waitpid(0, &status, 0), ours);
	CHECK_EQ(status, 3 << 8);
	CHECK_ERRNO(waitpid(0, &status, 0), ECHILD);
	pid_t a = waitpid(-leader, &status, 0), b = waitpid(-leader, &status, 0);
	CHECK((a == leader && b == second) || (a == second && b == leader));
	CHECK_ERRNO(waitpid(-leader, &status, 0), ECHILD);
}
