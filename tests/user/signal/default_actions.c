/* The default action of every standard signal: terminate, ignore, stop or continue. */
#include "test.h"

static void check_one(int sig)
{
	int status;
	pid_t pid = test_fork();

	if (pid == 0) {
		struct rlimit none = { 0, 0 };
		setrlimit(RLIMIT_CORE, &none);
		signal(sig, SIG_DFL);
		kill(getpid(), sig);
		_exit(55);
	}
	switch (sig) {
	case SIGCHLD: case SIGURG: case SIGWINCH: case SIGCONT:
		CHECK_EXITS(pid, 55);
		break;
	case SIGSTOP: case SIGTSTP: case SIGTTIN: case SIGTTOU:
		CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
		CHECK_EQ(status, sig << 8 | 0x7f);
		CHECK_OK(kill(pid, SIGCONT));
		CHECK_EXITS(pid, 55);
		break;
	default:
		CHECK_DIES(pid, sig);
	}
}

/*
 * The terminal's stop signals have no effect in an orphaned process group, so the children form one whose leader has its
 * parent outside of the group, in the same session.
 */
static void test(void)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		setpgid(0, 0);
		for (int sig = 1; sig <= 31; sig++)
			check_one(sig);
		check_one(SIGRTMIN);
		check_one(SIGRTMAX);
		test_exit();
	}
	CHECK_CHILD(pid);
}
