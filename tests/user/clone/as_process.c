/* clone(2) used as fork: exit signal, CLONE_PARENT_SETTID, CLONE_CHILD_SETTID, a given stack, __WCLONE children. */
#include "test.h"

static int parent_tid, child_tid;

static void test(void)
{
	int status;
	long pid = syscall(SYS_clone, SIGCHLD | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID, NULL, &parent_tid, &child_tid, 0);

	if (pid == 0)
		_exit(child_tid == getpid() ? 4 : 1);
	CHECK(pid > 0);
	CHECK_EQ(parent_tid, pid);
	CHECK_EQ(child_tid, 0);
	CHECK_EQ(waitpid((pid_t)pid, &status, 0), pid);
	CHECK_EQ(status, 4 << 8);

	test_handle(SIGUSR1, test_count_signal, 0);
	pid = syscall(SYS_clone, SIGUSR1, NULL, NULL, NULL, 0);
	if (pid == 0)
		_exit(5);
	CHECK_ERRNO(waitpid((pid_t)pid, &status, WNOHANG), ECHILD);
	CHECK_EQ(waitpid((pid_t)pid, &status, __WALL), pid);
	CHECK_EQ(status, 5 << 8);
	CHECK_EQ(test_signals_seen, 1);
	CHECK_EQ(test_last_signal, SIGUSR1);
}
