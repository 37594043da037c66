/*
 * Job control of a child that asked for tracing: the stop that SIGSTOP makes has no siginfo; PTRACE_CONT ends it for the tracer,
 * and the child takes signals from then on, whether it is on its way or sleeps already.
 */
#include "ptrace/common.h"

static void wait_for_signals(void)
{
	for (;;)
		pause();
}

static void signal_after_stop(bool asleep)
{
	pid_t pid = traced_child(wait_for_signals);
	siginfo_t info;

	TRACE(PTRACE_CONT, pid, 0, SIGSTOP);
	CHECK_EQ(next_status(pid), STOPPED(SIGSTOP));
	CHECK_ERRNO(ptrace(PTRACE_GETSIGINFO, pid, 0, &info), EINVAL);
	CHECK_ERRNO(ptrace(PTRACE_LISTEN, pid, 0, 0), EIO);
	TRACE(PTRACE_CONT, pid, 0, 0);
	if (asleep)
		wait_until_asleep(pid);
	CHECK_OK(kill(pid, SIGUSR1));
	CHECK_EQ(next_status(pid), STOPPED(SIGUSR1));
	CHECK_OK(kill(pid, SIGCONT));
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), STOPPED(SIGCONT));
	TRACE(PTRACE_CONT, pid, 0, 0);
	kill_child(pid);
}

/* A stop signal for a child that goes on although its process is stopped: it shows itself again, as often as that happens. */
static void stopped_again(void)
{
	pid_t pid = traced_child(wait_for_signals);
	siginfo_t info;

	TRACE(PTRACE_CONT, pid, 0, SIGSTOP);
	CHECK_EQ(next_status(pid), STOPPED(SIGSTOP));
	for (int i = 0; i < 3; i++) {
		TRACE(PTRACE_CONT, pid, 0, 0);
		if (i == 1)
			wait_until_asleep(pid);
		CHECK_OK(kill(pid, SIGSTOP));
		CHECK_EQ(next_status(pid), STOPPED(SIGSTOP));
		TRACE(PTRACE_GETSIGINFO, pid, 0, &info);
		CHECK_EQ(info.si_code, SI_USER);
		TRACE(PTRACE_CONT, pid, 0, SIGSTOP);
		CHECK_EQ(next_status(pid), STOPPED(SIGSTOP));
		CHECK_ERRNO(ptrace(PTRACE_GETSIGINFO, pid, 0, &info), EINVAL);
	}
	CHECK_OK(kill(pid, SIGCONT));
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), STOPPED(SIGCONT));
	TRACE(PTRACE_CONT, pid, 0, 0);
	kill_child(pid);
}

static void test(void)
{
	stopped_again();
	signal_after_stop(true);
	signal_after_stop(false);
}
