/*
 * Futexes (futex(2)): queues of tasks that sleep on a 32-bit word of user memory.
 *
 *  - A private futex is named by (address space, address); a shared one by the file and offset that the address maps,
 *    or, in private memory, as a private one.
 *  - Task context; user memory is read, so no lock may be held.
 */
#ifndef SCHED_FUTEX_H
#define SCHED_FUTEX_H

#include "lib/types.h"

#define FUTEX_BITSET_ANY 0xffffffffu

/* When a wait ends: nanoseconds since boot, TIME_NEVER for never, or a time of the calendar clock, which the wait follows when it is set. */
struct futex_deadline {
	u64 at;
	bool calendar;
};

/*
 * Sleep while *word == value, until woken by a matching bit, a signal, or the clock reaches `deadline`. 0 when woken, -EAGAIN when the word differs, -ETIMEDOUT, -ERESTARTSYS, -EFAULT, -EINVAL.
 */
int futex_wait(uaddr word, u32 value, u32 bitset, bool private, struct futex_deadline deadline);

/* The calendar clock was set: who waits by it looks at it again. Task context. */
void futex_calendar_was_set(void);

/* Wake at most `count` (at least one, as on Linux) matching sleepers: how many, or -EINVAL, -EFAULT. */
int futex_wake(uaddr word, int count, u32 bitset, bool private);

/*
 * Wake `wake` sleepers of `from` and move up to `move` others to `to`: how many of both. With `expected`, only if *from
 * equals it, else -EAGAIN.
 */
int futex_requeue(uaddr from, uaddr to, int wake, int move, const u32 *expected, bool private);

/*
 * FUTEX_WAKE_OP: change *word2 as `code` says, wake `count` sleepers of `word` and, if the old value compares as it says,
 * `count2` of word2. How many, or -errno; -ENOSYS for operations that do not exist.
 */
int futex_wake_op(uaddr word, uaddr word2, int count, int count2, u32 code, bool private);

/* futex_waitv(2): sleep while every word has its value. The index of one that was woken, or as futex_wait. */
struct futex_vector {
	uaddr word;
	u32 value;
	bool private;
};
int futex_wait_vector(const struct futex_vector *v, unsigned count, struct futex_deadline deadline);

/* ---- Locks that inherit priorities (futex_pi.c) ---- */

/*
 * FUTEX_LOCK_PI, FUTEX_TRYLOCK_PI: 0 when the word names the caller; -EDEADLK, -ESRCH (the word's owner does not exist), -EAGAIN
 * (try), -ETIMEDOUT, -ERESTARTNOINTR, -EINVAL, -EFAULT, -ENOMEM.
 */
int futex_lock_pi(uaddr word, bool private, bool try, struct futex_deadline deadline);

/* FUTEX_UNLOCK_PI: 0, -EPERM (not the caller's), -EINVAL, -EFAULT. */
int futex_unlock_pi(uaddr word, bool private);

/* FUTEX_WAIT_REQUEUE_PI: as futex_wait on `word`; 0 when the caller was woken and owns the lock. */
int futex_wait_requeue_pi(uaddr word, u32 value, uaddr lock, bool private, struct futex_deadline deadline);

/* FUTEX_CMP_REQUEUE_PI: how many sleepers of `word` got the lock or wait for it now, or -errno. `wake` must be 1. */
int futex_requeue_pi(uaddr word, uaddr lock, int wake, int move, u32 expected, bool private);

/* The current task leaves its address space: whoever waits for its locks gets them. `ending`: it will own none any more. */
void futex_exit_pi(bool ending);

/* The current task leaves its address space: locks on its robust list are marked as their owner's death (get_robust_list(2)). */
void futex_exit_robust_list(void);

#endif
