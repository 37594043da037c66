/*
 * A mutex's word is 0 when it is free, else the owner's thread number with the bits that the kernel defines for robust and
 * priority-inheriting futexes: FUTEX_WAITERS (somebody sleeps: unlocking must wake), FUTEX_OWNER_DIED. Locking a free mutex and
 * unlocking one without waiters is one atomic operation for every kind.
 */
#ifndef INTERNAL_MUTEX_IMPL_H
#define INTERNAL_MUTEX_IMPL_H

#include <pthread.h>

#include "futex.h"
#include "thread_impl.h"

#define MUTEX_TYPE    3
#define MUTEX_ROBUST  4
#define MUTEX_INHERIT 8
#define MUTEX_SHARED  16

enum mutex_state { MUTEX_CONSISTENT, MUTEX_INCONSISTENT, MUTEX_LOST };

static inline int mutex_type(const pthread_mutex_t *mutex)
{
	return mutex->__kind & MUTEX_TYPE;
}

static inline bool mutex_shared(const pthread_mutex_t *mutex)
{
	return mutex->__kind & MUTEX_SHARED;
}

static inline bool mutex_owned(const pthread_mutex_t *mutex)
{
	return (__atomic_load_n(&mutex->__word, __ATOMIC_RELAXED) & (int)FUTEX_TID_MASK) == thread_tid();
}

/* From 0 to the caller. */
static inline bool mutex_take_free(pthread_mutex_t *mutex, int waiters)
{
	int free = 0;

	return __atomic_compare_exchange_n(&mutex->__word, &free, thread_tid() | waiters, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

HIDDEN int __mutex_wait(pthread_mutex_t *mutex, const struct futex_wait *how);	/* a held one that is neither robust nor inheriting */
HIDDEN int __mutex_lock_owned(pthread_mutex_t *mutex, const struct futex_wait *how);	/* one that the caller holds already */
HIDDEN int __robust_lock(pthread_mutex_t *mutex, const struct futex_wait *how);	/* how NULL: try */
HIDDEN int __robust_unlock(pthread_mutex_t *mutex);
HIDDEN int __inherit_lock(pthread_mutex_t *mutex, const struct futex_wait *how);	/* the kernel's part of it; how NULL: try */
HIDDEN void __inherit_unlock(pthread_mutex_t *mutex);

#endif
