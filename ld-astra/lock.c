/*
 * The one lock of ld-astra: recursive, because constructors, destructors and visitors run under it and may call back.
 * The word is 0 free, 1 held, 2 held and somebody waits; owner and depth belong to the holder. Needs thread-local storage:
 * a thread is known by its control block.
 */
#include "rtld.h"

#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129

static int word;
static uintptr_t owner;			/* [a] a thread reads its own address here only when it holds the lock */
static unsigned depth;

static uintptr_t this_thread(void)
{
	uintptr_t tcb;

	__asm__("mov %%fs:0, %0" : "=r"(tcb));
	return tcb;
}

void rtld_lock(void)
{
	uintptr_t me = this_thread();
	int free = 0;

	if (__atomic_load_n(&owner, __ATOMIC_RELAXED) == me) {
		depth++;
		return;
	}
	if (!__atomic_compare_exchange_n(&word, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		while (__atomic_exchange_n(&word, 2, __ATOMIC_ACQUIRE) != 0)
			sys(futex, &word, FUTEX_WAIT_PRIVATE, 2, 0, 0, 0);
	}
	__atomic_store_n(&owner, me, __ATOMIC_RELAXED);
	depth = 1;
}

void rtld_unlock(void)
{
	if (--depth)
		return;
	__atomic_store_n(&owner, 0, __ATOMIC_RELAXED);
	if (__atomic_exchange_n(&word, 0, __ATOMIC_RELEASE) == 2)
		sys(futex, &word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}
