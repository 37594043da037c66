/* Masks, pending signals and waiting for them. */
#include <signal.h>
#include <unistd.h>

#include "cancel.h"
#include "thread_impl.h"

#define KERNEL_SET 8	/* bytes of the kernel's signal set */

/* The library's own signals are neither blocked nor shown. */
int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	unsigned long next = set ? set->__bits[0] & ~INTERNAL_SIGNALS : 0, previous = 0;
	long result = sys(rt_sigprocmask, how, set ? &next : 0, &previous, KERNEL_SET);

	if (result >= 0 && old) {
		sigemptyset(old);
		old->__bits[0] = previous & ~INTERNAL_SIGNALS;
	}
	return (int)__sysret(result);
}

int sigpending(sigset_t *set)
{
	sigemptyset(set);
	return (int)__sysret(sys(rt_sigpending, set, KERNEL_SET));
}

int sigsuspend(const sigset_t *mask)
{
	return (int)__sysret(sys_cancel(rt_sigsuspend, mask, KERNEL_SET));
}

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info, const struct timespec *restrict timeout)
{
	return (int)__sysret(sys_cancel(rt_sigtimedwait, set, info, timeout, KERNEL_SET));
}

int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info)
{
	return sigtimedwait(set, info, NULL);
}

int pause(void)
{
	return (int)__sysret(sys_cancel(pause));
}
