/*
 * Waiting for threads, and doing without. `end` decides who cleans up: a joiner, or the thread itself when it was detached
 * before it ended. One compare-and-exchange settles each race: detach against the end, two joiners, join against detach.
 */
#include <errno.h>
#include <time.h>

#include "futex.h"
#include "thread_impl.h"

/* Makes the caller the only joiner. */
static int claim(struct __pthread *thread)
{
	int was = __atomic_load_n(&thread->end, __ATOMIC_ACQUIRE);

	do {
		if (was & (THREAD_DETACHED | THREAD_JOINING))
			return EINVAL;
	} while (!__atomic_compare_exchange_n(&thread->end, &was, was | THREAD_JOINING, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
	return 0;
}

static void collect(struct __pthread *thread, void **result)
{
	unsigned long mask;

	if (result)
		*result = thread->result;
	if (!thread->tcb)		/* the initial thread's place goes with the process */
		return;
	mask = block_signals();
	lock_acquire(&__thread_lock);
	__thread_release(thread);
	lock_release(&__thread_lock);
	restore_signals(mask);
	__thread_trim();
}

/* The kernel's wake-up at a thread's end counts as one for shared memory. */
static int join(struct __pthread *thread, void **result, clockid_t clock, const struct timespec *deadline)
{
	struct futex_wait how = { clock, deadline, .shared = true, .cancel = true };
	int tid, error, state;

	if (thread == &__thread_self)
		return EDEADLK;
	if (deadline && !deadline_valid(clock, deadline))
		return EINVAL;
	pthread_testcancel();
	error = claim(thread);
	if (error)
		return error;
	state = __thread_mask_cancel();
	while ((tid = __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE)) != 0) {
		error = __futex_wait(&thread->tid, tid, &how);
		if (error == ETIMEDOUT || error == ECANCELED) {
			__atomic_fetch_and(&thread->end, ~THREAD_JOINING, __ATOMIC_RELEASE);
			__thread_cancel_state(state);
			pthread_testcancel();
			return error;
		}
	}
	__thread_cancel_state(state);
	collect(thread, result);
	return 0;
}

int pthread_join(pthread_t thread, void **result)
{
	return join(thread, result, CLOCK_REALTIME, NULL);
}

int pthread_clockjoin_np(pthread_t thread, void **result, clockid_t clock, const struct timespec *deadline)
{
	return join(thread, result, clock, deadline);
}

int pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *deadline)
{
	return join(thread, result, CLOCK_REALTIME, deadline);
}

int pthread_tryjoin_np(pthread_t thread, void **result)
{
	int error;

	if (thread == &__thread_self)
		return EDEADLK;
	if (__atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE))
		return EBUSY;
	error = claim(thread);
	if (!error)
		collect(thread, result);
	return error;
}

int pthread_detach(pthread_t thread)
{
	int was = 0;

	if (__atomic_compare_exchange_n(&thread->end, &was, THREAD_DETACHED, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return 0;
	if (was != THREAD_ENDED)
		return EINVAL;
	return pthread_join(thread, NULL);
}
