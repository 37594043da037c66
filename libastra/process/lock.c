/* The slow halves of internal/lock.h: sleeping for a lock and waking one sleeper. Any context but a signal handler. */
#include "lock.h"
#include "syscall.h"

#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129

/*
 * The holder may release between our exchange and the futex call; the kernel compares the word with 2 again under its
 * own lock, so that the wake-up is not lost.
 */
void __lock_wait(lock_t *lock)
{
	while (__atomic_exchange_n((int *)&lock->state, 2, __ATOMIC_ACQUIRE) != 0)
		sys(futex, &lock->state, FUTEX_WAIT_PRIVATE, 2, 0, 0, 0);
}

void __lock_wake(lock_t *lock)
{
	sys(futex, &lock->state, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}
