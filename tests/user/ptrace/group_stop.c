/* Job control of a child that asked for tracing: the stop that SIGSTOP makes has no siginfo; PTRACE_CONT ends it for the tracer. */
#include "ptrace/common.h"

static void wait_for_signals(void)
{
	for (;;)
		pause();
}

static void test(void)
{
	pid_t pid = traced_child(wait_for_signals);
	siginfo_t info;

	TRACE(PTRACE_CONT, pid, 0, SIGSTOP);
	CHECK_EQ(next_status(pid), STOPPED(SIGSTOP));
	CHECK_ERRNO(ptrace(PTRACE_GETSIGINFO, pid, 0, &info), EINVAL);
	CHECK_ERRNO(ptrace(PTRACE_LISTEN, pid, 0, 0), EIO);
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_OK(kill(pid, SIGUSR1));
	CHECK_EQ(next_status(pid), STOPPED(SIGUSR1));
	CHECK_OK(kill(pid, SIGCONT));
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), STOPPED(SIGCONT));
	TRACE(PTRACE_CONT, pid, 0, 0);
	kill_child(pid);
}
