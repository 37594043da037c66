/* Masks, pending signals and waiting for them. */
#include <signal.h>
#include <unistd.h>

#include "syscall.h"

#define KERNEL_SET 8	/* bytes of the kernel's signal set */

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	if (old)
		sigemptyset(old);
	return (int)__sysret(sys(rt_sigprocmask, how, set, old, KERNEL_SET));
}

int sigpending(sigset_t *set)
{
	sigemptyset(set);
	return (int)__sysret(sys(rt_sigpending, set, KERNEL_SET));
}

int sigsuspend(const sigset_t *mask)
{
	return (int)__sysret(sys(rt_sigsuspend, mask, KERNEL_SET));
}

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info, const struct timespec *restrict timeout)
{
	return (int)__sysret(sys(rt_sigtimedwait, set, info, timeout, KERNEL_SET));
}

int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info)
{
	return sigtimedwait(set, info, NULL);
}

int pause(void)
{
	return (int)__sysret(sys(pause));
}
