/*
 * Cancellation. A request is a flag of the thread, and SIGCANCEL for a thread that sleeps or runs without points. Only the thread
 * itself acts on it: at a point (cancel_point.S argues why none is missed), when it enables cancellation, or in the handler
 * while its type is asynchronous.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "cancel.h"
#include "signal_impl.h"
#include "thread_impl.h"

/* What of struct ucontext the handler reads and changes; x86-64 psABI and Linux's layout. */
struct interrupted {
	unsigned long flags, link, stack[3];
	unsigned long registers[23];		/* 16 is RIP */
	unsigned long fpu, reserved[8];
	unsigned long mask;
};

#define RIP 16

extern const char __cancel_begin[] HIDDEN, __cancel_end[] HIDDEN, __cancel_act[] HIDDEN;
long __cancel_call(const int *request, long number, long a, long b, long c, long d, long e, long f) HIDDEN;

long __cancel_now(void)
{
	if (__thread_self.cancel_state == PTHREAD_CANCEL_ENABLE)
		pthread_exit(PTHREAD_CANCELED);
	__thread_self.cancel_state = PTHREAD_CANCEL_DISABLE;	/* it was masked: the caller cleans up without interruption */
	return -ECANCELED;
}

long __syscall_cancel(long number, long a, long b, long c, long d, long e, long f)
{
	struct __pthread *self = &__thread_self;
	long result;

	if (self->cancel_state == PTHREAD_CANCEL_DISABLE)
		return __syscall6(number, a, b, c, d, e, f);
	result = __cancel_call(&self->cancel, number, a, b, c, d, e, f);
	/* An interrupted close() has closed. */
	if (result == -EINTR && number != SYS_close && __atomic_load_n(&self->cancel, __ATOMIC_RELAXED))
		result = __cancel_now();
	return result;
}

/*
 * Neither in the range nor asynchronous: the interrupted code may itself be a handler that runs upon a point. The signal is
 * sent again and stays blocked in the interrupted context, so that it comes when that handler returns; where there is
 * none, the flag is found at the next point.
 */
static void handle_cancel(int sig, siginfo_t *info, void *context)
{
	struct interrupted *interrupted = context;
	struct __pthread *self = &__thread_self;
	uintptr_t rip = interrupted->registers[RIP];

	if (!__atomic_load_n(&self->cancel, __ATOMIC_ACQUIRE) || self->cancel_state == PTHREAD_CANCEL_DISABLE)
		return;
	interrupted->mask |= SIGNAL_BIT(SIGCANCEL);
	if (self->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS && self->cancel_state == PTHREAD_CANCEL_ENABLE) {
		restore_signals(interrupted->mask);
		pthread_exit(PTHREAD_CANCELED);
	}
	if (rip >= (uintptr_t)__cancel_begin && rip < (uintptr_t)__cancel_end)
		interrupted->registers[RIP] = (uintptr_t)__cancel_act;
	else
		sys(tkill, thread_tid(), SIGCANCEL);
}

int pthread_cancel(pthread_t thread)
{
	static int installed;

	if (!__atomic_load_n(&installed, __ATOMIC_ACQUIRE)) {
		__set_internal_handler(SIGCANCEL, handle_cancel);
		__atomic_store_n(&installed, 1, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&thread->cancel, 1, __ATOMIC_RELEASE);
	if (thread != pthread_self())
		return __thread_signal(thread, SIGCANCEL);
	if (thread->cancel_state == PTHREAD_CANCEL_ENABLE && thread->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS)
		pthread_exit(PTHREAD_CANCELED);
	return 0;
}

/* Async-signal-safe, although POSIX does not ask for it. */
int pthread_setcancelstate(int state, int *old)
{
	if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
		return EINVAL;
	if (old)
		*old = __thread_self.cancel_state;
	__thread_self.cancel_state = state;
	if (__thread_self.cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS)
		pthread_testcancel();
	return 0;
}

int pthread_setcanceltype(int type, int *old)
{
	if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS)
		return EINVAL;
	if (old)
		*old = __thread_self.cancel_type;
	__thread_self.cancel_type = type;
	if (type == PTHREAD_CANCEL_ASYNCHRONOUS)
		pthread_testcancel();
	return 0;
}

void pthread_testcancel(void)
{
	if (__atomic_load_n(&__thread_self.cancel, __ATOMIC_ACQUIRE) && __thread_self.cancel_state == PTHREAD_CANCEL_ENABLE)
		__cancel_now();
}

int __thread_mask_cancel(void)
{
	int old = __thread_self.cancel_state;

	if (old == PTHREAD_CANCEL_ENABLE)
		__thread_self.cancel_state = CANCEL_MASKED;
	return old;
}

void __cleanup_push(struct __cleanup *cleanup, void (*function)(void *), void *argument)
{
	cleanup->__function = function;
	cleanup->__argument = argument;
	cleanup->__next = __thread_self.cleanups;
	__atomic_signal_fence(__ATOMIC_RELEASE);
	__thread_self.cleanups = cleanup;
}

void __cleanup_pop(struct __cleanup *cleanup, int execute)
{
	__thread_self.cleanups = cleanup->__next;
	if (execute)
		cleanup->__function(cleanup->__argument);
}
