/*
 * Condition variables that processes share, and how all are made. Sleepers of several processes cannot be in one list, so here all
 * sleep on a sequence number that every signal increments:
 *
 *	sleeper                                          signaller
 *	A: counts itself, reads the sequence,            C: increments the sequence
 *	   unlocks the mutex                             D: wakes one futex sleeper
 *	B: futex wait, if the sequence is still that
 *
 * C before B: B returns at once. B before C: the sleeper is in the kernel's queue, which is first in, first out among sleepers of
 * one priority: those that read the new number queue behind it, so D wakes a sleeper that C was meant for. Only a later one of a
 * higher real-time priority may be woken in its place. A thread whose B fails was meant by some C as well.
 *
 * __waiters holds the sleepers; destroying waits until they have left, as each touches it last.
 */
#include <errno.h>
#include <string.h>

#include "cond_impl.h"

#define DESTROYED ((int)0x80000000u)	/* in __waiters: somebody waits for the last one to leave */

int __cond_wait_shared(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct futex_wait *how)
{
	int sequence, error;

	__atomic_add_fetch(&cond->__waiters, 1, __ATOMIC_SEQ_CST);
	sequence = __atomic_load_n(&cond->__sequence, __ATOMIC_SEQ_CST);	/* A */
	pthread_mutex_unlock(mutex);
	do
		error = __futex_wait(&cond->__sequence, sequence, how);		/* B */
	while (error == EINTR && __atomic_load_n(&cond->__sequence, __ATOMIC_ACQUIRE) == sequence);
	if (__atomic_sub_fetch(&cond->__waiters, 1, __ATOMIC_ACQ_REL) == DESTROYED)
		futex_wake(&cond->__waiters, 1, true);
	return error == ETIMEDOUT || error == ECANCELED ? error : 0;
}

void __cond_wake_shared(pthread_cond_t *cond, int count)
{
	if (!__atomic_load_n(&cond->__waiters, __ATOMIC_SEQ_CST))
		return;
	__atomic_add_fetch(&cond->__sequence, 1, __ATOMIC_SEQ_CST);		/* C */
	futex_wake(&cond->__sequence, count, true);				/* D */
}

int pthread_cond_init(pthread_cond_t *restrict cond, const pthread_condattr_t *restrict attributes)
{
	memset(cond, 0, sizeof(*cond));
	cond->__kind = attributes ? attributes->__kind : 0;
	return 0;
}

int pthread_cond_destroy(pthread_cond_t *cond)
{
	int waiters;

	if (!(cond->__kind & COND_SHARED))
		return 0;
	waiters = __atomic_or_fetch(&cond->__waiters, DESTROYED, __ATOMIC_ACQ_REL);
	while (waiters != DESTROYED) {
		__futex_wait(&cond->__waiters, waiters, &(struct futex_wait){ .shared = true });
		waiters = __atomic_load_n(&cond->__waiters, __ATOMIC_ACQUIRE);
	}
	return 0;
}

int pthread_condattr_init(pthread_condattr_t *attributes)
{
	attributes->__kind = 0;
	return 0;
}

int pthread_condattr_destroy(pthread_condattr_t *attributes)
{
	return 0;
}

int pthread_condattr_setclock(pthread_condattr_t *attributes, clockid_t clock)
{
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	attributes->__kind = (attributes->__kind & ~COND_CLOCK) | clock;
	return 0;
}

int pthread_condattr_getclock(const pthread_condattr_t *restrict attributes, clockid_t *restrict clock)
{
	*clock = attributes->__kind & COND_CLOCK;
	return 0;
}

int pthread_condattr_setpshared(pthread_condattr_t *attributes, int shared)
{
	if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
		return EINVAL;
	attributes->__kind = (attributes->__kind & ~COND_SHARED) | (shared ? COND_SHARED : 0);
	return 0;
}

int pthread_condattr_getpshared(const pthread_condattr_t *restrict attributes, int *restrict shared)
{
	*shared = attributes->__kind & COND_SHARED ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
	return 0;
}
