/*
 * Barriers. The last thread of a round begins the next one and wakes the others, which sleep on the round's number. __inside counts
 * the threads that have come and not yet left: destroying waits for them, because each looks at the round once more after it
 * was woken. A thread's last access is the decrement of __inside.
 */
#include <errno.h>
#include <string.h>

#include "futex.h"
#include "lock.h"
#include "thread_impl.h"

#define DESTROYED ((int)0x80000000u)	/* in __inside: somebody waits for the last one to leave */

/* The library's lock, but for words that processes may share. */
static void lock_barrier(pthread_barrier_t *barrier)
{
	const struct futex_wait how = { .shared = true };
	int free = 0;

	if (__atomic_compare_exchange_n(&barrier->__lock, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return;
	while (__atomic_exchange_n(&barrier->__lock, 2, __ATOMIC_ACQUIRE))
		__futex_wait(&barrier->__lock, 2, &how);
}

static void unlock_barrier(pthread_barrier_t *barrier)
{
	if (__atomic_exchange_n(&barrier->__lock, 0, __ATOMIC_RELEASE) == 2)
		futex_wake(&barrier->__lock, 1, true);
}

static void leave(pthread_barrier_t *barrier)
{
	if (__atomic_sub_fetch(&barrier->__inside, 1, __ATOMIC_ACQ_REL) == DESTROYED)
		futex_wake(&barrier->__inside, 1, true);
}

int pthread_barrier_wait(pthread_barrier_t *barrier)
{
	bool shared = barrier->__shared;
	int round;

	lock_barrier(barrier);
	__atomic_add_fetch(&barrier->__inside, 1, __ATOMIC_RELAXED);
	round = barrier->__round;
	if (++barrier->__arrived == barrier->__count) {
		barrier->__arrived = 0;
		__atomic_store_n(&barrier->__round, round + 1, __ATOMIC_RELEASE);
		unlock_barrier(barrier);
		futex_wake(&barrier->__round, INT_MAX, shared);
		leave(barrier);
		return PTHREAD_BARRIER_SERIAL_THREAD;
	}
	unlock_barrier(barrier);
	while (__atomic_load_n(&barrier->__round, __ATOMIC_ACQUIRE) == round)
		__futex_wait(&barrier->__round, round, &(struct futex_wait){ .shared = shared });
	leave(barrier);
	return 0;
}

int pthread_barrier_init(pthread_barrier_t *restrict barrier, const pthread_barrierattr_t *restrict attributes,
			 unsigned int count)
{
	if (!count || count > INT_MAX)
		return EINVAL;
	memset(barrier, 0, sizeof(*barrier));
	barrier->__count = count;
	barrier->__shared = attributes && attributes->__shared;
	return 0;
}

int pthread_barrier_destroy(pthread_barrier_t *barrier)
{
	int inside;

	if (barrier->__arrived)
		return EBUSY;
	inside = __atomic_or_fetch(&barrier->__inside, DESTROYED, __ATOMIC_ACQ_REL);
	while (inside != DESTROYED) {
		__futex_wait(&barrier->__inside, inside, &(struct futex_wait){ .shared = true });
		inside = __atomic_load_n(&barrier->__inside, __ATOMIC_ACQUIRE);
	}
	return 0;
}

int pthread_barrierattr_init(pthread_barrierattr_t *attributes)
{
	attributes->__shared = PTHREAD_PROCESS_PRIVATE;
	return 0;
}

int pthread_barrierattr_destroy(pthread_barrierattr_t *attributes)
{
	return 0;
}

int pthread_barrierattr_setpshared(pthread_barrierattr_t *attributes, int shared)
{
	if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
		return EINVAL;
	attributes->__shared = shared;
	return 0;
}

int pthread_barrierattr_getpshared(const pthread_barrierattr_t *restrict attributes, int *restrict shared)
{
	*shared = attributes->__shared;
	return 0;
}
