/*
 * What the files of futexes share: names of words, the queues of sleepers, the bits of a lock's word. futex.c owns the
 * queues and draws their races, futex_pi.c the locks that inherit priorities.
 */
#ifndef SCHED_FUTEX_INTERNAL_H
#define SCHED_FUTEX_INTERNAL_H

#include "lib/list.h"
#include "lib/types.h"
#include "sched/futex.h"
#include "sched/lock.h"

struct inode;
struct task;
struct futex_bucket;

/* A lock's word, as robust and priority-inheriting locks use it (futex(2)). */
#define FUTEX_WAITERS    0x80000000u
#define FUTEX_OWNER_DIED 0x40000000u
#define FUTEX_TID_MASK   0x3fffffffu

struct futex_key {
	const void *object;		/* struct mm, or struct inode */
	u64 offset;			/* address, or offset in the file */
	struct inode *inode;		/* the same when shared: holds a reference; else NULL */
};

/* 0, -EINVAL (alignment), -EFAULT. A reference may be held: futex_key_put, with no lock held. */
int futex_key_of(uaddr word, bool private, struct futex_key *key);
void futex_key_put(const struct futex_key *key);
static inline bool futex_same_key(const struct futex_key *a, const struct futex_key *b)
{
	return a->object == b->object && a->offset == b->offset;
}
u32 futex_key_hash(const struct futex_key *key);

/* ---- Locks that inherit priorities (futex_pi.c). Letters: [P] futex_pi_lock, [I] immutable. ---- */

extern struct mutex futex_pi_lock;	/* RANK_OBJECT: user memory is touched while it is held */

/* A lock that somebody waits for in the kernel. It exists while it has waiters, or its new owner must write the word. */
struct pi_state {
	struct list link;		/* [P] of the hash's list */
	struct list owned_link;		/* [P] owner->pi_owned */
	struct futex_key key;		/* [I] holds a reference */
	struct task *owner;		/* [P] holds a reference */
	struct list waiters;		/* [P] struct pi_waiter, most urgent first, then oldest */
	bool settling;			/* [P] the owner's death gave it away: the word does not say so yet */
};

/* On the waiter's stack. */
struct pi_waiter {
	struct list link;		/* [P] state->waiters */
	struct pi_state *state;		/* [P] what it waits for, or has to settle; else NULL */
	struct task *task;		/* [I] */
	int priority;			/* [P] as it stands in the list */
	bool granted;			/* [a] set last by who gives the lock away: the waiter may be gone right after */
};

/*
 * A sleeper of a plain queue, on its stack. Letters: [b] lock of `bucket`.
 * FUTEX_WAIT_REQUEUE_PI's has `pi`, and leaves the queue only under futex_pi_lock.
 */
struct futex_waiter {
	struct list link;		/* [b] */
	struct futex_bucket *bucket;	/* [b] where it is queued; NULL while futex_requeue carries it, and once woken */
	struct futex_key key;		/* [b] */
	struct task *task;		/* [I] */
	u32 bitset;			/* [I] */
	int priority;			/* [b] real-time tasks stand before all others */
	bool woken;			/* [a] set last by the waker: the waiter may be gone right after */
	struct pi_waiter *pi;		/* [I] NULL for plain waits */
	const struct futex_key *pi_key;	/* [I] the lock that it may be moved to */
};

/* Queue under w->key, oldest last; a full barrier follows. */
void futex_queue(struct futex_waiter *w);

/* Off whatever queue it is on. False when a waker had it already. */
bool futex_unqueue(struct futex_waiter *w);

/* Wake at most `count` matching sleepers: how many, or -EINVAL when a waiter of a lock is among them. */
int futex_wake_key(const struct futex_key *key, int count, u32 bitset);

/*
 * Sleep until *flag is set (with release order, and then a wake-up), a signal, or `deadline`. 0 when it is set; -ERESTARTSYS,
 * -ETIMEDOUT. The caller looks at the flag again under the waker's lock.
 */
int futex_sleep(const bool *flag, struct futex_deadline deadline);

/* Around the sleeps of one wait: the current task follows the calendar clock, if that is what d is about. */
void futex_follow(const struct futex_deadline *d, bool on);

/* One sleep, as wait_sleep, which may end early. */
int futex_doze(const struct futex_deadline *d);

/* Only under futex_pi_lock: the first sleeper of key, provided that *word == expected; NULL without one. 0, -EAGAIN, -EFAULT. */
int futex_first_waiter(uaddr word, const struct futex_key *key, u32 expected, struct futex_waiter **first);

/* Only under futex_pi_lock: the next sleeper of `key` that may be moved to `pi_key`, taken off the queue; NULL. */
struct futex_waiter *futex_take_pi_waiter(const struct futex_key *key, const struct futex_key *pi_key);

/* ---- Between futex_pi.c and futex_requeue_pi.c; futex_pi_lock is held ---- */

/*
 * Take the lock at `word` for w->task, or queue w for it. 1: it is taken; 0: w waits, or with `try` would have to;
 * -EDEADLK, -ESRCH (no owner any more), -EINVAL (the word contradicts the waiters), -EFAULT, -ENOMEM.
 */
int pi_claim(uaddr word, const struct futex_key *key, struct pi_waiter *w, bool try) REQUIRES(futex_pi_lock);

/* The end of a wait: gives the lock's owner, when it died, its successor, or leaves the queue. The wait's result or -EFAULT. */
int pi_end_wait(struct pi_waiter *w, uaddr word, int result);

/* w's task has the lock: it may go. */
void pi_grant(struct pi_waiter *w) REQUIRES(futex_pi_lock);

#endif
