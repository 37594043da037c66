/*
 * Credentials are each kernel thread's own, POSIX wants them to be the process's: the caller's own call decides whether the change
 * is allowed, then SIGSETXID makes every other thread repeat it. __thread_lock keeps threads from coming and going meanwhile;
 * the signal is never blocked. A thread for which the same call fails would be a hole in the process's privileges: it ends.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "credentials_impl.h"
#include "futex.h"
#include "signal_impl.h"
#include "thread_impl.h"

static struct {
	long number, a, b, c;
	int pending;			/* [a] futex: threads that have not yet repeated it */
} request;				/* [t] */

static void repeat(int sig, siginfo_t *info, void *context)
{
	if (__syscall3(request.number, request.a, request.b, request.c) < 0)
		abort();
	if (__atomic_sub_fetch(&request.pending, 1, __ATOMIC_ACQ_REL) == 0)
		futex_wake(&request.pending, 1, false);
}

static void repeat_in_others(void)
{
	int pending, pid = getpid();

	__set_internal_handler(SIGSETXID, repeat);
	request.pending = 1;
	for (struct __pthread *thread = __threads; thread; thread = thread->next) {
		if (thread == &__thread_self)
			continue;
		__atomic_add_fetch(&request.pending, 1, __ATOMIC_RELAXED);
		if (sys(tgkill, pid, thread->tid, SIGSETXID) < 0)
			abort();
	}
	__atomic_sub_fetch(&request.pending, 1, __ATOMIC_ACQ_REL);
	while ((pending = __atomic_load_n(&request.pending, __ATOMIC_ACQUIRE)) != 0)
		__futex_wait(&request.pending, pending, &(struct futex_wait){ 0 });
}

long __setxid(long number, long a, long b, long c)
{
	unsigned long mask;
	long result;

	if (!__threads->next && __threads == &__thread_self)
		return __syscall3(number, a, b, c);
	mask = block_signals();
	lock_acquire(&__thread_lock);
	result = __syscall3(number, a, b, c);
	if (result >= 0) {
		request.number = number;
		request.a = a;
		request.b = b;
		request.c = c;
		repeat_in_others();
	}
	lock_release(&__thread_lock);
	restore_signals(mask);
	return result;
}
