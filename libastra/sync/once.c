/*
 * Running a function once. The word: 0 not yet, RUNNING, RUNNING with sleepers, DONE. Everyone but the runner sleeps until the word
 * changes; a runner that is cancelled sets it back, and one of the others runs the function.
 */
#include <pthread.h>

#include "futex.h"

enum { NOT_YET, RUNNING, AWAITED, DONE };

static void settle(pthread_once_t *once, int state)
{
	if (__atomic_exchange_n(once, state, __ATOMIC_RELEASE) == AWAITED)
		futex_wake(once, INT_MAX, false);
}

static void undo(void *once)
{
	settle(once, NOT_YET);
}

static void run(pthread_once_t *once, void (*function)(void))
{
	pthread_cleanup_push(undo, once);
	function();
	pthread_cleanup_pop(0);
	settle(once, DONE);
}

int pthread_once(pthread_once_t *once, void (*function)(void))
{
	int state;

	for (;;) {
		state = __atomic_load_n(once, __ATOMIC_ACQUIRE);
		if (state == DONE)
			return 0;
		if (state == NOT_YET) {
			if (!__atomic_compare_exchange_n(once, &state, RUNNING, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
				continue;
			run(once, function);
			return 0;
		}
		if (state == RUNNING && !__atomic_compare_exchange_n(once, &state, AWAITED, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			continue;
		__futex_wait(once, AWAITED, &(struct futex_wait){ 0 });
	}
}
