/*
 * Priority inheritance: the kernel keeps the owner of a contended mutex at its most urgent waiter's priority, and hands the
 * mutex over itself. Without contention the word changes here alone.
 */
#include <errno.h>

#include "mutex_impl.h"

#define FUTEX_LOCK_PI    6
#define FUTEX_UNLOCK_PI  7
#define FUTEX_TRYLOCK_PI 8
#define FUTEX_LOCK_PI2   13	/* with a deadline on the monotonic clock */

/* The owner is gone and nobody will ever unlock: sleeps until the deadline, as for a mutex without inheritance. */
static int wait_forever(const struct futex_wait *how)
{
	int never = 0;

	for (;;) {
		int error = __futex_wait(&never, 0, how);

		if (error == ETIMEDOUT || error == EINVAL)
			return error;
	}
}

int __inherit_lock(pthread_mutex_t *mutex, const struct futex_wait *how)
{
	int private = mutex_shared(mutex) ? 0 : FUTEX_PRIVATE_FLAG;
	int operation = FUTEX_LOCK_PI;
	long result;

	if (!how)
		return sys(futex, &mutex->__word, FUTEX_TRYLOCK_PI | private, 0, 0, 0, 0) < 0 ? EBUSY : 0;
	if (how->deadline && !deadline_valid(how->clock, how->deadline))
		return EINVAL;
	if (how->deadline && how->deadline->tv_sec < 0)
		return ETIMEDOUT;
	if (how->deadline && how->clock == CLOCK_MONOTONIC)
		operation = FUTEX_LOCK_PI2;
	do
		result = sys(futex, &mutex->__word, operation | private, 0, how->deadline, 0, 0);
	while (result == -EINTR || result == -EAGAIN);
	if ((result == -ESRCH || result == -EDEADLK) && mutex_type(mutex) != PTHREAD_MUTEX_ERRORCHECK)
		return wait_forever(how);
	return (int)-result;
}

void __inherit_unlock(pthread_mutex_t *mutex)
{
	int word = thread_tid(), private = mutex_shared(mutex) ? 0 : FUTEX_PRIVATE_FLAG;

	if (!__atomic_compare_exchange_n(&mutex->__word, &word, 0, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		sys(futex, &mutex->__word, FUTEX_UNLOCK_PI | private, 0, 0, 0, 0);
}
