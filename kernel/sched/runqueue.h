/*
 * Run queues, for the scheduler's own files: sched.c (the switch), class.c (who is next), place.c (which CPU), policy.c
 * (settings).
 *
 *  - A queue's lock is taken with interrupts off, one queue at a time.
 *  - A task that is not dead belongs to queues[t->cpu]. It is on that queue (t->queued), runs there (q->running), or is off:
 *    asleep, or RUNNING on its way from one queue to another.
 *  - t->cpu changes under the lock of the queue that the task leaves, while it is off. So a lock of queues[t->cpu] that is held
 *    with t->cpu still the same (lock_queue_of) keeps the task where it is, and its fields of letter [q] with it:
 *
 *	mover                                   setter (policy, affinity, inherited priority)
 *	A: lock of the old queue: t->cpu = new  C: lock of queues[t->cpu]; t->cpu is still that?
 *	B: lock of the new queue: reads the     D: writes the setting; moves t if it is queued or runs
 *	   settings, queues t
 *
 *	C sees the old CPU: D comes before A, so B reads what D wrote. C sees the new one: D is before B, which reads it, or after,
 *	and finds t queued.
 *  - A fair task's vruntime counts from the queue's min_vruntime while it is off, and is absolute on a queue or running
 *    (class.c).
 */
#ifndef SCHED_RUNQUEUE_H
#define SCHED_RUNQUEUE_H

#include "lib/tree.h"
#include "sched/clock.h"
#include "sched/sched.h"
#include "sched/task.h"

#define RT_LEVELS	 100		/* priorities 1 … 99; 0 stands for the fair class */
#define TICK_NS		 (4 * NS_PER_MSEC)	/* a CPU that runs something looks at it at least so often */
#define RR_SLICE_NS	 (100 * NS_PER_MSEC)
#define FAIR_LATENCY_NS	 (8 * NS_PER_MSEC)	/* every runnable fair task gets its share of each such period … */
#define FAIR_MIN_NS	 (1 * NS_PER_MSEC)	/* … unless that would be less than this */
#define HANDED_TICK_NS	 (500 * NS_PER_USEC)	/* a CPU that was handed over asks for help so soon when another one idles */
#define PRIORITY_IDLE	 (-1)		/* of the idle task, as q->running_priority */

/* Letters: [l] lock, [o] own CPU with interrupts off, [I] immutable, [a] read by others without the lock. */
struct run_queue {
	struct spinlock lock;
	int running_priority;		/* [l, a] of `running`: 1 … 99, 0 fair, PRIORITY_IDLE */
	struct task *running;		/* [l] */
	struct task *idle;		/* [I] */
	unsigned count;			/* [l, a] tasks on the queue, without the one that runs */
	unsigned fair_count;		/* [l] of these, the fair ones */
	struct task *first_fair;	/* [l] the one of the smallest vruntime; NULL: no fair task waits */
	struct tree fair;		/* [l] the others, by vruntime */
	struct task *handed;		/* [l] on the queue: to run at the next switch, before its turn (class.c); or NULL */
	u64 fair_weight;		/* [l] sum over all of these */
	i64 min_vruntime;		/* [l] never falls; where tasks that come in are placed */
	u64 rt_levels[2];		/* [l] bit n: rt[n] has tasks */
	u64 rt_period;			/* [l] when the present period of real-time throttling began */
	u64 rt_used;			/* [l] ns that real-time tasks ran in it */
	struct task *dead;		/* [o] switched away from for the last time: to be put */
	struct task *leaving;		/* [o] switched away from, shall not run here any more: to be queued elsewhere */
	u64 balance_at;			/* [o] when to look at the other queues' lengths next */
	unsigned balances;		/* [o] */
	u64 switches;			/* [o, a] */
	struct list rt[RT_LEVELS];	/* [l] by priority, in the order of service */
} __aligned(CACHE_LINE);

extern struct run_queue *queues[MAX_CPUS];

static inline struct run_queue *this_queue(void)
{
	return queues[arch_cpu_id()];
}

static inline bool may_run_on(const struct task *t, unsigned cpu)
{
	return t->affinity[cpu >> 6] >> (cpu & 63) & 1;
}

static inline bool task_is_fair(const struct task *t)
{
	return t->priority == 0;
}

/* ---- class.c, and fair.h with what is inline ---- */

void queue_init(struct run_queue *q);

/* Put an attached task on the queue or take it off. `first`: ahead of its equals of real time. */
void queue_insert(struct run_queue *q, struct task *t, bool first) REQUIRES(q->lock);
void queue_remove(struct run_queue *q, struct task *t) REQUIRES(q->lock);
/* A sleeper comes back: attach it where it has its due share soon, yet cannot make up for all that it slept. */
void queue_attach_woken(struct run_queue *q, struct task *t, u64 now) REQUIRES(q->lock);

/* The rarer halves of fair.h's operations. */
void fair_insert_among(struct run_queue *q, struct task *t) REQUIRES(q->lock);
void fair_take_next(struct run_queue *q) REQUIRES(q->lock);
void rt_charge(struct run_queue *q, struct task *t, u64 ns, u64 now) REQUIRES(q->lock);
struct task *rt_pick(struct run_queue *q, u64 now) REQUIRES(q->lock);

/* The present task gives way to its equals, of its own will. It runs, or is about to be queued. */
void queue_yield(struct run_queue *q, struct task *t) REQUIRES(q->lock);

/* Shall t, which is being queued, take the CPU from the one that runs? Its time is charged up to now. */
bool queue_preempts(struct run_queue *q, const struct task *t, u64 now) REQUIRES(q->lock);

/*
 * t was queued by the present task, which is expected to sleep: shall it run at once? Then it is q->handed. The present task's
 * time is charged up to now.
 */
bool queue_hand_over(struct run_queue *q, struct task *t, u64 now) REQUIRES(q->lock);

/* The one that runs falls asleep: what its wake-ups say of the next ones. */
void queue_learn_sleep(struct run_queue *q, struct task *t, u64 now) REQUIRES(q->lock);

/* Shall the one that runs give way at a tick? */
bool queue_slice_over(struct run_queue *q, struct task *t, u64 now) REQUIRES(q->lock);

void task_set_weight(struct task *t);	/* by its policy and nice value; the caller holds its queue, t is off or detached */

/* ---- place.c ---- */

/* The queue that t belongs to, locked; interrupts off. */
struct run_queue *lock_queue_of(struct task *t) NO_LOCK_ANALYSIS;

/* Make a CPU look at its queue: at once when it idles, else on its next way to ring 3. Any context, interrupts off. */
void queue_kick(struct run_queue *q, unsigned cpu) REQUIRES(q->lock);

/* Queue a task that is RUNNING and off; `woken`: it slept. `q` is its queue and locked, and is unlocked on return. */
void place(struct run_queue *q, struct task *t, bool woken) NO_LOCK_ANALYSIS;

/* Who has nothing to do and may be given something. */
void cpu_is_idle(unsigned cpu);
void cpu_is_busy(unsigned cpu);

/* An idle CPU looks for work. Interrupts off. */
void balance_idle(void);
/* From the tick: take from a longer queue now and then. Interrupts off. */
void balance_tick(u64 now);
/* Some task waits here: if a CPU idles, have it come and take it. */
void call_idle_cpu(void);

#endif
