/*
 * The library's own lock, for critical sections of a few instructions to one system call: 0 free, 1 held, 2 held and
 * somebody waits in futex. Not recursive. In the child of a fork every lock must be free: fork takes those that FORK_LOCK defines,
 * in no particular order, so a thread that holds one of them may take the heap's besides, and no other.
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

/* Defines a static lock that fork holds. */
#define FORK_LOCK(name) \
	static lock_t name; \
	static lock_t *const name##_at_fork __attribute__((section("fork_locks"), used, retain)) = &name

#endif
