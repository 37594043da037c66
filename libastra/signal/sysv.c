/* System V's signal calls, in terms of POSIX's; sigwait and psiginfo. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>

int sigwait(const sigset_t *restrict set, int *restrict sig)
{
	int result;

	do
		result = sigtimedwait(set, NULL, NULL);
	while (result < 0 && errno == EINTR);
	if (result < 0)
		return errno;
	*sig = result;
	return 0;
}

void psiginfo(const siginfo_t *info, const char *prefix)
{
	psignal(info->si_signo, prefix);
}

static int change_mask(int how, int sig, sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	if (sigaddset(&set, sig) < 0)
		return -1;
	return sigprocmask(how, &set, old);
}

int sighold(int sig)
{
	return change_mask(SIG_BLOCK, sig, NULL);
}

int sigrelse(int sig)
{
	return change_mask(SIG_UNBLOCK, sig, NULL);
}

int sigignore(int sig)
{
	return sigaction(sig, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
}

sighandler_t sigset(int sig, sighandler_t handler)
{
	struct sigaction action = { .sa_handler = handler }, old;
	sigset_t mask;

	if (sigaction(sig, handler == SIG_HOLD ? NULL : &action, &old) < 0)
		return SIG_ERR;
	if (change_mask(handler == SIG_HOLD ? SIG_BLOCK : SIG_UNBLOCK, sig, &mask) < 0)
		return SIG_ERR;
	return sigismember(&mask, sig) > 0 ? SIG_HOLD : old.sa_handler;
}

int sigpause(int sig)
{
	sigset_t mask;

	if (sigprocmask(SIG_SETMASK, NULL, &mask) < 0 || sigdelset(&mask, sig) < 0)
		return -1;
	return sigsuspend(&mask);
}

int siginterrupt(int sig, int flag)
{
	struct sigaction action;

	if (sigaction(sig, NULL, &action) < 0)
		return -1;
	action.sa_flags = flag ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
	return sigaction(sig, &action, NULL);
}
