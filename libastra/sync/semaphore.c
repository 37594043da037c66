/*
 * Semaphores. The low half of the word is the value and the futex, the high half counts the sleepers, so that a post is one atomic
 * operation which says whether somebody must be woken, and does not touch the semaphore after it: who was let in may destroy it.
 *
 *	sleeper                                       poster
 *	A: counts itself                              C: adds 1 to the value; sees the count
 *	B: futex wait, if the value is still 0        D: there are sleepers: futex wake
 *
 * A before C: D wakes, or B sees the value. C before A: the sleeper finds the value before it sleeps.
 */
#include <errno.h>
#include <semaphore.h>

#include "futex.h"
#include "thread_impl.h"

#define SLEEPER (1ul << 32)

static int *value_of(sem_t *sem)
{
	return (int *)&sem->__value;
}

static int fail(int error)
{
	errno = error;
	return -1;
}

int sem_init(sem_t *sem, int shared, unsigned int value)
{
	if (value > SEM_VALUE_MAX)
		return fail(EINVAL);
	*sem = (sem_t){ .__value = value, .__shared = shared != 0 };
	return 0;
}

int sem_destroy(sem_t *sem)
{
	return 0;
}

int sem_getvalue(sem_t *restrict sem, int *restrict value)
{
	*value = __atomic_load_n(value_of(sem), __ATOMIC_ACQUIRE);
	return 0;
}

/* Takes one and, with `sleeper`, the caller out of the count. */
static bool take(sem_t *sem, unsigned long sleeper)
{
	unsigned long word = __atomic_load_n(&sem->__value, __ATOMIC_RELAXED);

	while ((unsigned)word) {
		if (__atomic_compare_exchange_n(&sem->__value, &word, word - 1 - sleeper, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

int sem_trywait(sem_t *sem)
{
	return take(sem, 0) ? 0 : fail(EAGAIN);
}

/* A wake-up that came together with the end of the waiting is not lost: the value stands, and whoever else is woken or comes takes it. */
static int sleep_for(sem_t *sem, const struct futex_wait *how)
{
	int error = 0, state;

	state = __thread_mask_cancel();
	__atomic_add_fetch(&sem->__value, SLEEPER, __ATOMIC_SEQ_CST);		/* A */
	while (!take(sem, SLEEPER)) {
		error = __futex_wait(value_of(sem), 0, how);			/* B */
		if (error && error != EAGAIN) {
			__atomic_sub_fetch(&sem->__value, SLEEPER, __ATOMIC_RELAXED);
			break;
		}
		error = 0;
	}
	__thread_cancel_state(state);
	if (error == ECANCELED)
		__cancel_now();
	return error ? fail(error) : 0;
}

int sem_clockwait(sem_t *restrict sem, clockid_t clock, const struct timespec *restrict deadline)
{
	pthread_testcancel();
	if (take(sem, 0))
		return 0;
	if (deadline && !deadline_valid(clock, deadline))
		return fail(EINVAL);
	return sleep_for(sem, &(struct futex_wait){ clock, deadline, .shared = sem->__shared, .cancel = true });
}

int sem_timedwait(sem_t *restrict sem, const struct timespec *restrict deadline)
{
	return sem_clockwait(sem, CLOCK_REALTIME, deadline);
}

int sem_wait(sem_t *sem)
{
	return sem_clockwait(sem, CLOCK_REALTIME, NULL);
}

int sem_post(sem_t *sem)
{
	unsigned long word = __atomic_load_n(&sem->__value, __ATOMIC_RELAXED);
	bool shared = sem->__shared;

	do {
		if ((unsigned)word == SEM_VALUE_MAX)
			return fail(EOVERFLOW);
	} while (!__atomic_compare_exchange_n(&sem->__value, &word, word + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));	/* C */
	if (word >> 32)
		futex_wake(value_of(sem), 1, shared);					/* D */
	return 0;
}
