/*
 * Wait queues: where a task sleeps until somebody makes a condition true.
 *
 *  - The waker makes the condition true, then wakes; the sleeper enters the queue, then looks at the condition. Either
 *    the sleeper sees the condition or the waker sees the sleeper:
 *
 *	sleeper                                 waker
 *	A: wait_begin() queues, state=SLEEPING  C: condition = true
 *	   (full barrier)                          (full barrier, in wait_wake)
 *	B: looks at the condition               D: looks at the queue
 *
 *    B before C implies A before D, so D finds the sleeper.
 *  - Waking is allowed from any context and under any lock of a rank below RANK_WAITQ.
 *  - A waiter may carry a callback instead of a task (poll, epoll).
 */
#ifndef SCHED_WAIT_H
#define SCHED_WAIT_H

#include "lib/list.h"
#include "sched/clock.h"
#include "sched/lock.h"

struct task;

struct waitq {
	struct spinlock lock;
	struct list waiters;			/* [lock] struct waiter */
};

#define WAITQ_INIT(name_) { SPINLOCK_INIT(#name_, RANK_WAITQ), LIST_INIT((name_).waiters) }

struct waiter {
	struct list link;			/* [queue's lock] */
	struct task *task;			/* [I] whom to wake */
	/* [I] NULL: wake the task. Called under the queue's lock, interrupts off; true counts as a wake-up. */
	bool (*fn)(struct waiter *w, unsigned events);
	struct waitq *queue;			/* [I while queued] */
	bool exclusive;				/* [I] one wake-up wakes one exclusive waiter */
};

void waitq_init(struct waitq *q);

/* Enter the queue and set the current task's state; then the caller looks at its condition. */
void wait_begin(struct waitq *q, struct waiter *w, bool interruptible);
void wait_begin_exclusive(struct waitq *q, struct waiter *w, bool interruptible);

/*
 * Sleep until woken. 0; -ERESTARTSYS when interruptible and a signal is pending; -ETIMEDOUT when clock_now() reaches
 * `deadline` (TIME_NEVER: never). The caller looks at its condition again whatever this says, and may sleep again
 * after another wait_begin-like wait_again().
 */
int wait_sleep(bool interruptible, u64 deadline);
void wait_again(bool interruptible);		/* set the task's state once more; the waiter is still queued */
void wait_end(struct waitq *q, struct waiter *w);	/* leave the queue, state running */

/* Queue a waiter with a callback, or leave; for poll. */
void wait_add(struct waitq *q, struct waiter *w);
void wait_remove(struct waitq *q, struct waiter *w);

/* Wake all non-exclusive waiters and at most one exclusive one; `events` goes to callbacks. */
void wait_wake(struct waitq *q, unsigned events);
void wait_wake_all(struct waitq *q, unsigned events);

/* True when someone is queued, for wakers that can do without the lock; includes the full barrier of C–D above. */
bool waitq_active(struct waitq *q);

/*
 * Sleep until `condition` (evaluated often, without a lock, must not sleep). Evaluates to 0, -ERESTARTSYS or -ETIMEDOUT;
 * a true condition wins.
 */
#define wait_event_timeout(q, condition, interruptible, deadline) ({ \
	int wait_r_ = 0; \
	if (!(condition)) { \
		struct waiter wait_w_; \
		u64 wait_deadline_ = (deadline); \
		wait_begin(q, &wait_w_, interruptible); \
		while (!(condition)) { \
			wait_r_ = wait_sleep(interruptible, wait_deadline_); \
			if (wait_r_ != 0) { \
				if (condition) \
					wait_r_ = 0; \
				break; \
			} \
			wait_again(interruptible); \
		} \
		wait_end(q, &wait_w_); \
	} \
	wait_r_; })

#define wait_event(q, condition) ((void)wait_event_timeout(q, condition, false, TIME_NEVER))
#define wait_event_interruptible(q, condition) wait_event_timeout(q, condition, true, TIME_NEVER)

#endif
