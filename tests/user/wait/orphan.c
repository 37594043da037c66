/* A process whose parent is gone gets another one, which reaps it; its own children stay. */
#include "test.h"

static void test(void)
{
	int p[2], reply[2] = { 0, 0 };

	CHECK_OK(pipe(p));
	pid_t pid = test_fork();
	if (pid == 0) {
		pid_t middle = getpid();
		if (fork() == 0) {
			close(p[0]);
			while (getppid() == middle)
				test_sleep(1);
			reply[0] = getppid();
			reply[1] = middle;
			_exit(write(p[1], reply, sizeof(reply)) < 0);
		}
		_exit(0);
	}
	CHECK_CHILD(pid);
	CHECK_OK(close(p[1]));
	CHECK_EQ(read(p[0], reply, sizeof(reply)), sizeof(reply));
	CHECK_EQ(reply[1], pid);
	CHECK(reply[0] != pid && reply[0] != getpid());
	/* Elsewhere a session manager may have made itself the reaper. */
	if (test_on_astra())
		CHECK_EQ(reply[0], 1);
}
