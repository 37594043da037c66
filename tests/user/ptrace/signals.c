/* Signal-delivery stops: suppress, change, deliver, with siginfo; ignored signals show as well; SIGKILL does not. */
#include "ptrace/common.h"

static volatile int got;
static volatile int got_code;

static void handler(int sig, siginfo_t *info, void *context)
{
	got = sig;
	got_code = info->si_code;
}

static void raise_some(void)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	signal(SIGURG, SIG_IGN);
	raise(SIGUSR1);			/* suppressed */
	if (got != 0)
		_exit(1);
	raise(SIGUSR1);			/* becomes SIGUSR2 */
	if (got != SIGUSR2 || got_code != SI_USER)
		_exit(2);
	raise(SIGUSR1);			/* as it is, siginfo changed */
	if (got != SIGUSR1 || got_code != SI_QUEUE)
		_exit(3);
	raise(SIGURG);
	raise(SIGTERM);			/* deadly */
	_exit(4);
}

static void test(void)
{
	pid_t pid = traced_child(raise_some);
	siginfo_t info;

	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), STOPPED(SIGUSR1));
	CHECK_ERRNO(ptrace(PTRACE_CONT, pid, 0, (void *)1000L), EIO);
	TRACE(PTRACE_GETSIGINFO, pid, 0, &info);
	CHECK_EQ(info.si_signo, SIGUSR1);
	CHECK_EQ(info.si_code, SI_TKILL);
	CHECK_EQ(info.si_pid, pid);

	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), STOPPED(SIGUSR1));
	TRACE(PTRACE_CONT, pid, 0, SIGUSR2);

	CHECK_EQ(next_status(pid), STOPPED(SIGUSR1));
	TRACE(PTRACE_GETSIGINFO, pid, 0, &info);
	info.si_code = SI_QUEUE;
	TRACE(PTRACE_SETSIGINFO, pid, 0, &info);
	TRACE(PTRACE_CONT, pid, 0, SIGUSR1);

	CHECK_EQ(next_status(pid), STOPPED(SIGURG));
	TRACE(PTRACE_CONT, pid, 0, SIGURG);
	CHECK_EQ(next_status(pid), STOPPED(SIGTERM));
	TRACE(PTRACE_CONT, pid, 0, SIGTERM);
	CHECK_EQ(next_status(pid), SIGTERM);

	pid = traced_child(raise_some);
	kill_child(pid);
	CHECK_ERRNO(ptrace(PTRACE_CONT, pid, 0, 0), ESRCH);
}
