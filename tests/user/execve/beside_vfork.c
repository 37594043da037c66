/* execve(2) of one thread ends another that waits for its vfork child, however long that child lives. */
#define TEST_HELPER
#include "test.h"
#include <pthread.h>

#define CHILD_IN  20		/* the vfork child reads its end from here */
#define CHILD_OUT 21		/* … and says here that it runs */
#define EXEC_OUT  22		/* the new program does so here */

static int test_helper(int argc, char **argv)
{
	return write(EXEC_OUT, "x", 1) == 1 ? 0 : 1;
}

static void *vforker(void *unused)
{
	char byte;

	if (vfork() == 0) {
		(void)!write(CHILD_OUT, "v", 1);
		(void)!read(CHILD_IN, &byte, 1);
		_exit(0);
	}
	return unused;
}

static void test(void)
{
	int in[2], started[2], out[2];
	char byte = 0;

	CHECK_OK(pipe(in));
	CHECK_OK(pipe(started));
	CHECK_OK(pipe(out));
	CHECK_OK(dup2(in[0], CHILD_IN));
	CHECK_OK(dup2(started[1], CHILD_OUT));
	CHECK_OK(dup2(out[1], EXEC_OUT));
	pid_t pid = test_fork();
	if (pid == 0) {
		pthread_t thread;
		char *argv[] = { "exec", "helper", NULL };

		close(in[1]);
		if (pthread_create(&thread, NULL, vforker, NULL) != 0 || read(started[0], &byte, 1) != 1)
			_exit(2);
		execv("/proc/self/exe", argv);
		_exit(3);
	}
	CHECK_EQ(read(out[0], &byte, 1), 1);
	CHECK_EQ(byte, 'x');
	CHECK_CHILD(pid);
	CHECK_EQ(write(in[1], "e", 1), 1);
}
