/* SEIZE, INTERRUPT, LISTEN: no signal at the start, stops of job control with their event, the news of a SIGCONT. */
#include "ptrace/common.h"

static void test(void)
{
	pid_t pid = waiting_child();
	siginfo_t info;
	int status;

	CHECK_OK(ptrace(PTRACE_SEIZE, pid, 0, 0));
	CHECK_EQ(waitpid(pid, &status, __WALL | WNOHANG), 0);
	TRACE(PTRACE_INTERRUPT, pid, 0, 0);
	CHECK_EQ(next_status(pid), EVENT(SIGTRAP, PTRACE_EVENT_STOP));
	TRACE(PTRACE_GETSIGINFO, pid, 0, &info);
	CHECK_EQ(info.si_code, SIGTRAP | PTRACE_EVENT_STOP << 8);
	TRACE(PTRACE_CONT, pid, 0, 0);

	/* job control */
	CHECK_OK(kill(pid, SIGSTOP));
	CHECK_EQ(next_status(pid), STOPPED(SIGSTOP));
	TRACE(PTRACE_CONT, pid, 0, SIGSTOP);
	CHECK_EQ(next_status(pid), EVENT(SIGSTOP, PTRACE_EVENT_STOP));
	TRACE(PTRACE_LISTEN, pid, 0, 0);
	CHECK_ERRNO(ptrace(PTRACE_CONT, pid, 0, 0), ESRCH);
	CHECK_EQ(waitpid(pid, &status, __WALL | WNOHANG), 0);
	CHECK_OK(kill(pid, SIGCONT));
	CHECK_EQ(next_status(pid), EVENT(SIGTRAP, PTRACE_EVENT_STOP));
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), STOPPED(SIGCONT));
	TRACE(PTRACE_CONT, pid, 0, SIGCONT);
	kill_child(pid);
}
