/* Signals to single threads and their masks. A thread's kill_lock keeps its number its own while a signal is on the way. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "signal_impl.h"
#include "thread_impl.h"

int __thread_signal(pthread_t thread, int sig)
{
	unsigned long mask;
	long result = 0;

	if (thread == &__thread_self)
		return (int)-sys(tgkill, getpid(), thread_tid(), sig);
	mask = block_signals();
	lock_acquire(&thread->kill_lock);
	if (!thread->gone)
		result = sys(tgkill, getpid(), thread->tid, sig);
	lock_release(&thread->kill_lock);
	restore_signals(mask);
	return (int)-result;
}

static bool valid(int sig)
{
	return sig >= 0 && sig < NSIG && sig != SIGCANCEL && sig != SIGSETXID;
}

int pthread_kill(pthread_t thread, int sig)
{
	return valid(sig) ? __thread_signal(thread, sig) : EINVAL;
}

int pthread_sigqueue(pthread_t thread, int sig, const union sigval value)
{
	siginfo_t info = { .si_signo = sig, .si_code = SI_QUEUE };
	unsigned long mask;
	long result = 0;

	if (!valid(sig))
		return EINVAL;
	info.si_pid = getpid();
	info.si_uid = getuid();
	info.si_value = value;
	mask = block_signals();
	lock_acquire(&thread->kill_lock);
	if (!thread->gone)
		result = sys(rt_tgsigqueueinfo, info.si_pid, thread->tid, sig, &info);
	lock_release(&thread->kill_lock);
	restore_signals(mask);
	return (int)-result;
}

int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	int error = errno, result = sigprocmask(how, set, old) < 0 ? errno : 0;

	errno = error;
	return result;
}
