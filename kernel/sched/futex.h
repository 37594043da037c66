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

/*
 * Sleep while *word == value, until woken by a matching bit, a signal, or the clock reaches `deadline` (TIME_NEVER: for
 * ever). 0 when woken, -EAGAIN when the word differs, -ETIMEDOUT, -ERESTARTSYS, -EFAULT, -EINVAL.
 */
int futex_wait(uaddr word, u32 value, u32 bitset, bool private, u64 deadline);

/* Wake at most `count` (at least one, as on Linux) matching sleepers: how many, or -EINVAL, -EFAULT. */
int futex_wake(uaddr word, int count, u32 bitset, bool private);

/*
 * Wake `wake` sleepers of `from` and move up to `move` others to `to`: how many of both. With `expected`, only if *from
 * equals it, else -EAGAIN.
 */
int futex_requeue(uaddr from, uaddr to, int wake, int move, const u32 *expected, bool private);

/* The current task leaves its address space: locks on its robust list are marked as their owner's death (get_robust_list(2)). */
void futex_exit_robust_list(void);

#endif
