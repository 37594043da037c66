/*
 * Spin locks: 0 free, 1 held. Who finds one held reads until it looks free, and after a while lets others run: the holder may be
 * waiting for this very CPU.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "futex.h"

#define SPINS 1000

int pthread_spin_init(pthread_spinlock_t *lock, int shared)
{
	*lock = 0;
	return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *lock)
{
	return 0;
}

int pthread_spin_trylock(pthread_spinlock_t *lock)
{
	return __atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE) ? EBUSY : 0;
}

int pthread_spin_lock(pthread_spinlock_t *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE)) {
		for (int i = 0; __atomic_load_n(lock, __ATOMIC_RELAXED); i++) {
			if (i < SPINS)
				spin_pause();
			else
				sched_yield();
		}
	}
	return 0;
}

int pthread_spin_unlock(pthread_spinlock_t *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
	return 0;
}
