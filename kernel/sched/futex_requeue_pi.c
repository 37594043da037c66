/*
 * Condition variables over locks that inherit priorities (FUTEX_WAIT_REQUEUE_PI, FUTEX_CMP_REQUEUE_PI): a sleeper waits on
 * one word and comes back as the owner of a lock at another; the waker moves it from the first one's queue to the lock's
 * waiters, or takes the lock for it.
 *
 * Such a sleeper leaves the plain queue under futex_pi_lock alone: moved by a requeue, or by itself when it gives up. So
 * the two never meet half-way, and a sleeper that was found stays until the mutex is released. Task context.
 */
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/futex.h"
#include "sched/futex_internal.h"
#include "sched/task.h"

/* Gave up before anybody moved it? `moved` tells; then it never waited for the lock. */
static bool leave_queue(struct futex_waiter *w)
{
	bool left;

	mutex_lock(&futex_pi_lock);
	left = !w->pi->granted && !w->pi->state && futex_unqueue(w);
	mutex_unlock(&futex_pi_lock);
	return left;
}

static int sleep_and_lock(struct futex_waiter *w, uaddr lock, struct futex_deadline deadline)
{
	int r = futex_sleep(&w->pi->granted, deadline);

	if (r < 0 && leave_queue(w))
		return r == -ERESTARTSYS ? -ERESTARTNOINTR : r;
	/* Once moved, a repeated call would find another value in the word: as on Linux a signal ends the call so. */
	r = pi_end_wait(w->pi, lock, r);
	return r == -ERESTARTSYS ? -EAGAIN : r;
}

int futex_wait_requeue_pi(uaddr word, u32 value, uaddr lock, bool private, struct futex_deadline deadline)
{
	struct pi_waiter pi = { .task = current };
	struct futex_key lock_key;
	struct futex_waiter w = { .task = current, .bitset = FUTEX_BITSET_ANY, .pi = &pi, .pi_key = &lock_key };
	u32 now;
	int r = futex_key_of(lock, private, &lock_key);

	if (r < 0)
		return r;
	r = futex_key_of(word, private, &w.key);
	if (r < 0)
		goto out_lock;
	if (futex_same_key(&w.key, &lock_key)) {
		r = -EINVAL;
		goto out;
	}
	futex_queue(&w);
	r = user_load_u32(word, &now);
	if (r == 0 && now != value)
		r = -EAGAIN;
	if (r == 0 || !leave_queue(&w))
		r = sleep_and_lock(&w, lock, deadline);
out:
	futex_key_put(&w.key);
out_lock:
	futex_key_put(&lock_key);
	return r;
}

/*
 * The first one gets the lock at once when it is free. Then the rest of `count` queue up for it. How many were dealt with,
 * or -errno when not even one was.
 */
static int move_waiters(const struct futex_key *from, uaddr lock, const struct futex_key *lock_key, int count)
	REQUIRES(futex_pi_lock)
{
	int done = 0;

	while (done < count) {
		struct futex_waiter *w = futex_take_pi_waiter(from, lock_key);
		int r;

		if (!w)
			break;
		r = pi_claim(lock, lock_key, w->pi, false);
		if (r < 0) {
			w->woken = false;
			futex_queue(w);
			return done > 0 ? done : r;
		}
		if (r > 0)
			pi_grant(w->pi);
		done++;
	}
	return done;
}

int futex_requeue_pi(uaddr word, uaddr lock, int wake, int move, u32 expected, bool private)
{
	struct futex_key from, lock_key;
	struct futex_waiter *first;
	int r;

	if (wake != 1 || move < 0)
		return -EINVAL;
	r = futex_key_of(word, private, &from);
	if (r < 0)
		return r;
	r = futex_key_of(lock, private, &lock_key);
	if (r < 0)
		goto out_from;
	mutex_lock(&futex_pi_lock);
	r = futex_same_key(&from, &lock_key) ? -EINVAL : futex_first_waiter(word, &from, expected, &first);
	if (r == 0 && first && (!first->pi || !futex_same_key(first->pi_key, &lock_key)))
		r = -EINVAL;
	if (r == 0 && first)
		r = move_waiters(&from, lock, &lock_key, move == INT32_MAX ? move : move + 1);
	mutex_unlock(&futex_pi_lock);
	futex_key_put(&lock_key);
out_from:
	futex_key_put(&from);
	return r;
}
