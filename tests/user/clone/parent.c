/* CLONE_PARENT makes a sibling: the caller's parent reaps it. */
#include "test.h"

static void test(void)
{
	int status;
	int p[2];
	pid_t sibling = 0;

	CHECK_OK(pipe(p));
	pid_t parent = getpid();
	pid_t pid = test_fork();
	if (pid == 0) {
		sibling = (pid_t)CHECK_OK(syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, 0));
		if (sibling == 0)
			_exit(getppid() == parent ? 6 : 1);
		CHECK_EQ(write(p[1], &sibling, sizeof(sibling)), sizeof(sibling));
		CHECK_ERRNO(waitpid(sibling, &status, 0), ECHILD);
		test_exit();
	}
	CHECK_CHILD(pid);
	CHECK_EQ(read(p[0], &sibling, sizeof(sibling)), sizeof(sibling));
	CHECK_EQ(waitpid(sibling, &status, 0), sibling);
	CHECK_EQ(status, 6 << 8);
}
