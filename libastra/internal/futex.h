/* Sleeping on a word until another thread changes it. Returns error numbers; works before thread-local storage exists. */
#ifndef INTERNAL_FUTEX_H
#define INTERNAL_FUTEX_H

#include <limits.h>
#include <stdbool.h>
#include <time.h>

#include "syscall.h"

#define FUTEX_WAKE            1
#define FUTEX_WAIT_BITSET     9
#define FUTEX_PRIVATE_FLAG    128
#define FUTEX_CLOCK_REALTIME  256
#define FUTEX_MATCH_ANY       0xffffffffu

#define FUTEX_WAITERS    0x80000000u
#define FUTEX_OWNER_DIED 0x40000000u
#define FUTEX_TID_MASK   0x3fffffffu

/* How a wait behaves. */
struct futex_wait {
	clockid_t clock;			/* CLOCK_REALTIME or CLOCK_MONOTONIC */
	const struct timespec *deadline;	/* absolute; NULL: none */
	bool shared;				/* the word may lie in memory of several processes */
	bool cancel;				/* a cancellation point: ends the thread, or ECANCELED while it is masked */
};

/*
 * Sleeps while *word is `expected`. 0 (woken, also for no reason), EAGAIN (it was different), EINTR, ETIMEDOUT, EINVAL (the
 * deadline or the clock is none) or ECANCELED.
 */
int __futex_wait(int *word, int expected, const struct futex_wait *how) __attribute__((visibility("hidden")));

/* Wakes up to `count` sleepers. The word may be gone: then nothing happens, or somebody wakes for no reason. */
static inline void futex_wake(int *word, int count, bool shared)
{
	sys(futex, word, FUTEX_WAKE | (shared ? 0 : FUTEX_PRIVATE_FLAG), count, 0, 0, 0);
}

static inline bool deadline_valid(clockid_t clock, const struct timespec *deadline)
{
	return (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC) && deadline->tv_nsec >= 0 && deadline->tv_nsec < 1000000000;
}

static inline void spin_pause(void)
{
	__asm__ volatile("pause" ::: "memory");
}

#endif
