/*
 * The library's own lock, for critical sections of a few instructions to one system call: 0 free, 1 held, 2 held and
 * somebody waits in futex. Not recursive. After fork in the child every lock must be free, which holds while programs
 * fork from a single thread.
 */
#ifndef INTERNAL_LOCK_H
#define INTERNAL_LOCK_H

typedef struct {
	_Atomic int state;
} lock_t;

void __lock_wait(lock_t *lock) __attribute__((visibility("hidden")));
void __lock_wake(lock_t *lock) __attribute__((visibility("hidden")));

static inline void lock_acquire(lock_t *lock)
{
	int free = 0;

	if (!__atomic_compare_exchange_n((int *)&lock->state, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		__lock_wait(lock);
}

static inline void lock_release(lock_t *lock)
{
	if (__atomic_exchange_n((int *)&lock->state, 0, __ATOMIC_RELEASE) == 2)
		__lock_wake(lock);
}

#endif
