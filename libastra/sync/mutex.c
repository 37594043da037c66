/*
 * Mutexes. The race of sleeping against unlocking:
 *
 *	sleeper                                     owner
 *	A: sets FUTEX_WAITERS in the word           C: exchanges the word for 0
 *	B: futex wait, if the word is still that    D: the old word had FUTEX_WAITERS: futex wake
 *
 * A before C: D wakes, and the kernel compares in B under the lock that D takes, so either B sees the 0 or D sees the sleeper.
 * C before A: A finds 0 and takes the mutex. Who was woken takes it with FUTEX_WAITERS, for there may be further sleepers.
 */
#include <errno.h>

#include "mutex_impl.h"

#define SPINS 100

static void spin_briefly(pthread_mutex_t *mutex)
{
	for (int i = 0; i < SPINS; i++) {
		int word = __atomic_load_n(&mutex->__word, __ATOMIC_RELAXED);

		if (!word || word & (int)FUTEX_WAITERS)
			return;
		spin_pause();
	}
}

int __mutex_wait(pthread_mutex_t *mutex, const struct futex_wait *how)
{
	int waiters = 0, word, error;

	spin_briefly(mutex);
	for (;;) {
		word = __atomic_load_n(&mutex->__word, __ATOMIC_RELAXED);
		if (!word) {
			if (mutex_take_free(mutex, waiters))
				return 0;
			continue;
		}
		if (!(word & (int)FUTEX_WAITERS)) {
			if (!__atomic_compare_exchange_n(&mutex->__word, &word, word | (int)FUTEX_WAITERS, 0, __ATOMIC_RELAXED,
							 __ATOMIC_RELAXED))	/* A */
				continue;
			word |= (int)FUTEX_WAITERS;
		}
		error = __futex_wait(&mutex->__word, word, how);		/* B */
		if (error == ETIMEDOUT || error == EINVAL)
			return error;
		waiters = (int)FUTEX_WAITERS;
	}
}

int __mutex_lock_owned(pthread_mutex_t *mutex, const struct futex_wait *how)
{
	if (mutex_type(mutex) == PTHREAD_MUTEX_RECURSIVE) {
		if (mutex->__depth == UINT_MAX)
			return EAGAIN;
		mutex->__depth++;
		return 0;
	}
	if (mutex_type(mutex) == PTHREAD_MUTEX_ERRORCHECK)
		return EDEADLK;
	return __mutex_wait(mutex, how);	/* a normal one is a deadlock, as POSIX has it: nobody will unlock */
}

static int lock_slowly(pthread_mutex_t *mutex, const struct futex_wait *how)
{
	if (mutex_owned(mutex))
		return __mutex_lock_owned(mutex, how);
	if (mutex->__kind & MUTEX_ROBUST)
		return __robust_lock(mutex, how);
	if (mutex->__kind & MUTEX_INHERIT)
		return __inherit_lock(mutex, how);
	return __mutex_wait(mutex, how);
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	if (!(mutex->__kind & MUTEX_ROBUST) && mutex_take_free(mutex, 0))
		return 0;
	return lock_slowly(mutex, &(struct futex_wait){ .shared = mutex_shared(mutex) });
}

int pthread_mutex_clocklock(pthread_mutex_t *restrict mutex, clockid_t clock, const struct timespec *restrict deadline)
{
	if (!(mutex->__kind & MUTEX_ROBUST) && mutex_take_free(mutex, 0))
		return 0;
	return lock_slowly(mutex, &(struct futex_wait){ clock, deadline, .shared = mutex_shared(mutex) });
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict deadline)
{
	return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, deadline);
}

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
	if (!(mutex->__kind & MUTEX_ROBUST) && mutex_take_free(mutex, 0))
		return 0;
	if (mutex_owned(mutex))
		return mutex_type(mutex) == PTHREAD_MUTEX_RECURSIVE ? __mutex_lock_owned(mutex, NULL) : EBUSY;
	if (mutex->__kind & MUTEX_ROBUST)
		return __robust_lock(mutex, NULL);
	return EBUSY;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	int kind = mutex->__kind;

	if (kind & ~MUTEX_SHARED) {
		if ((kind & ~(MUTEX_SHARED | MUTEX_INHERIT)) && !mutex_owned(mutex))
			return EPERM;
		if (mutex_type(mutex) == PTHREAD_MUTEX_RECURSIVE && mutex->__depth) {
			mutex->__depth--;
			return 0;
		}
		if (kind & MUTEX_ROBUST)
			return __robust_unlock(mutex);
		if (kind & MUTEX_INHERIT) {
			__inherit_unlock(mutex);
			return 0;
		}
	}
	/* From here on another thread may have the mutex, and may have destroyed it: only its address is used. */
	if (__atomic_exchange_n(&mutex->__word, 0, __ATOMIC_RELEASE) & (int)FUTEX_WAITERS)	/* C */
		futex_wake(&mutex->__word, 1, kind & MUTEX_SHARED);				/* D */
	return 0;
}
