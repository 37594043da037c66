/*
 * What the scheduler offers to those who set tasks' policies and priorities; running and waking are in task.h. Any context unless
 * noted; only the run queue's lock (RANK_RUNQ) is taken, so all of this may be called under a futex's or wait queue's lock.
 */
#ifndef SCHED_SCHED_H
#define SCHED_SCHED_H

#include "lib/types.h"

struct task;

/* sched(7); the numbers are Linux's. SCHED_DEADLINE is known by name alone. */
enum sched_policy { SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_IDLE = 5, SCHED_DEADLINE };

static inline bool policy_is_rt(int policy) { return policy == SCHED_FIFO || policy == SCHED_RR; }

struct sched_settings {
	u8 policy;			/* enum sched_policy */
	u8 priority;			/* 1 … 99 of FIFO and RR, else 0 */
	bool reset_on_fork;
	int nice;			/* -20 … 19; kept through real-time policies */
};

void sched_set_policy(struct task *t, const struct sched_settings *s);
void sched_get_policy(struct task *t, struct sched_settings *s);
void sched_set_nice(struct task *t, int nice);

/* What t runs at: 1 … 99 when it is a real-time task or lends from one, 0 when it is not. */
int sched_priority(const struct task *t);

/*
 * Priority inheritance: while somebody of `priority` (1 … 99; 0 or less: nobody of real time) waits for what t holds, t runs at
 * that or its own priority, whichever is higher. The last call counts: the caller keeps the maximum over all waiters. A change
 * takes effect at once, on whatever queue t is.
 */
void sched_set_inherited(struct task *t, int priority);

u64 sched_slice_of(struct task *t);		/* ns: sched_rr_get_interval(2) */

/* A new task's settings, from those of the one that makes it. The child does not run yet. */
void sched_fork(struct task *child, const struct task *parent);

/* ns that t has run in ring 3 and in the kernel, up to this moment, on whatever CPU it runs. */
void sched_task_times(struct task *t, u64 *user, u64 *system);

void timer_init_cpu(unsigned cpu);

/* The scheduler's next tick on this CPU; TIME_NEVER: none. Interrupts off. */
void timer_set_tick(u64 deadline);

#endif
