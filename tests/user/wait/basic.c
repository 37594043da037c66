/* wait4(2): statuses of exits and signals, WNOHANG, ECHILD, EINVAL, one child reaped once. */
#include "test.h"

static void test(void)
{
	int status = -1;
	int p[2];
	char c;

	CHECK_ERRNO(wait(&status), ECHILD);
	CHECK_ERRNO(waitpid(-1, &status, WNOHANG), ECHILD);
	CHECK_ERRNO(waitpid(1, &status, WNOHANG), ECHILD);
	CHECK_ERRNO(waitpid(getpid(), &status, 0), ECHILD);
	CHECK_OK(pipe(p));
	pid_t pid = test_fork();
	if (pid == 0) {
		CHECK_EQ(read(p[0], &c, 1), 1);
		_exit(0x1ff);
	}
	CHECK_EQ(waitpid(pid, &status, WNOHANG), 0);
	CHECK_EQ(waitpid(-1, &status, WNOHANG), 0);
	CHECK_EQ(status, -1);
	CHECK_ERRNO(waitpid(pid, &status, 0x40), EINVAL);
	CHECK_ERRNO(waitpid(pid + 1, &status, 0), ECHILD);
	CHECK_EQ(write(p[1], "g", 1), 1);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0xff00);
	CHECK_ERRNO(waitpid(pid, &status, 0), ECHILD);

	pid = test_fork();
	if (pid == 0)
		pause();
	CHECK_OK(kill(pid, SIGKILL));
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	pid = test_fork();
	if (pid == 0) {
		raise(SIGTERM);
		pause();
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status));
	CHECK_EQ(WTERMSIG(status), SIGTERM);
	CHECK_EQ(RAW(SYS_wait4, INT_MIN, 0, 0, 0), -ESRCH);
}
