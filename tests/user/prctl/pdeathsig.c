/*
 * prctl(2): PR_SET_PDEATHSIG sends the signal when the parent dies; it is read back, checked, not inherited,
 * and lost with a change of the effective ids.
 */
#include "test.h"

#define SET_PDEATHSIG 1
#define GET_PDEATHSIG 2

static void lost_with_identity(void)
{
	int value = -1;
	pid_t pid;

	if (geteuid() != 0)
		return;
	pid = test_fork();
	if (pid == 0) {
		CHECK_OK(syscall(SYS_prctl, SET_PDEATHSIG, SIGUSR1));
		CHECK_OK(syscall(SYS_setresuid, -1, NO_UID, -1));
		CHECK_OK(syscall(SYS_prctl, GET_PDEATHSIG, &value));
		CHECK_EQ(value, 0);
		test_exit();
	}
	CHECK_CHILD(pid);
}

static void test(void)
{
	int value = -1, ready[2];
	char c;

	CHECK_OK(syscall(SYS_prctl, SET_PDEATHSIG, SIGUSR1));
	CHECK_OK(syscall(SYS_prctl, GET_PDEATHSIG, &value));
	CHECK_EQ(value, SIGUSR1);
	CHECK_ERRNO(syscall(SYS_prctl, SET_PDEATHSIG, 65), EINVAL);
	CHECK_OK(pipe(ready));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_OK(syscall(SYS_prctl, GET_PDEATHSIG, &value));
		CHECK_EQ(value, 0);
		if (fork() == 0) {
			sigset_t set = test_set_of(SIGUSR2);
			sigprocmask(SIG_BLOCK, &set, NULL);
			syscall(SYS_prctl, SET_PDEATHSIG, SIGUSR2);
			CHECK_EQ(write(ready[1], "r", 1), 1);
			CHECK_EQ(sigwaitinfo(&set, NULL), SIGUSR2);
			_exit(write(ready[1], "s", 1) != 1);
		}
		CHECK_EQ(read(ready[0], &c, 1), 1);
		test_exit();
	}
	CHECK_OK(close(ready[1]));
	CHECK_CHILD(pid);
	CHECK_EQ(read(ready[0], &c, 1), 1);
	CHECK_EQ(c, 's');
	lost_with_identity();
}
