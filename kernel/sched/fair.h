/*
 * The parts of class.c that every switch and wake-up goes through, inline: the fair class where no real-time task is about.
 * class.c states the policy. The queue is locked, interrupts are off.
 */
#ifndef SCHED_FAIR_H
#define SCHED_FAIR_H

#include "lib/assert.h"
#include "sched/itimer.h"
#include "sched/runqueue.h"

#define WEIGHT_NICE_0	1024u

/* ns on the CPU to ns of vruntime. */
static inline i64 fair_scaled(const struct task *t, u64 ns)
{
	if (likely(t->weight == WEIGHT_NICE_0))
		return (i64)ns;
	return (i64)(ns * WEIGHT_NICE_0 / t->weight);
}

/* The first one is kept beside the tree, which two tasks that take turns never touch. */
static inline void fair_insert(struct run_queue *q, struct task *t) REQUIRES(q->lock)
{
	q->fair_count++;
	q->fair_weight += t->weight;
	if (!q->first_fair)
		q->first_fair = t;
	else
		fair_insert_among(q, t);
}

static inline void fair_remove_first(struct run_queue *q) REQUIRES(q->lock)
{
	q->fair_count--;
	q->fair_weight -= q->first_fair->weight;
	if (q->fair.root)
		fair_take_next(q);
	else
		q->first_fair = NULL;
}

/* Between counting from the queue's min_vruntime and from 0. */
static inline void queue_attach(struct run_queue *q, struct task *t) REQUIRES(q->lock)
{
	if (task_is_fair(t))
		t->vruntime += q->min_vruntime;
}

static inline void queue_detach(struct run_queue *q, struct task *t) REQUIRES(q->lock)
{
	if (task_is_fair(t))
		t->vruntime -= q->min_vruntime;
}

/* Charge the one that runs, or the idle task, with the time since it was charged last; `user`: it was spent in ring 3. */
static inline void queue_charge(struct run_queue *q, struct task *t, u64 now, bool user) REQUIRES(q->lock)
{
	u64 ns = now - t->charged_at;
	i64 least;

	t->charged_at = now;
	*(user ? &t->user_ns : &t->system_ns) += ns;
	if (unlikely(t->is_idle))
		return;
	if (t->process && unlikely(atomic_read(&t->process->cpu_watch) != 0)) {
		itimer_charge(t->process, ns, user);
		(void)atomic_or(&t->work, WORK_CPU_TIME);
	}
	if (unlikely(!task_is_fair(t))) {
		rt_charge(q, t, ns, now);
		return;
	}
	least = t->vruntime += fair_scaled(t, ns);
	if (q->first_fair && q->first_fair->vruntime < least)
		least = q->first_fair->vruntime;
	if (least > q->min_vruntime)
		q->min_vruntime = least;
}

/* Take off and return who shall run next; the idle task when nobody may. */
static inline struct task *queue_pick(struct run_queue *q, u64 now) REQUIRES(q->lock)
{
	struct task *t = q->first_fair;

	if (q->count == 0)
		return q->idle;
	if (unlikely(q->count != q->fair_count))
		return rt_pick(q, now);
	t->queued = false;
	q->count--;
	fair_remove_first(q);
	return t;
}

/* Would t, which is not on the queue while others are, be picked before them? */
static inline bool queue_goes_first(const struct run_queue *q, const struct task *t) REQUIRES(q->lock)
{
	return task_is_fair(t) && q->count == q->fair_count && t->vruntime < q->first_fair->vruntime;
}

static inline u64 fair_slice(const struct run_queue *q, const struct task *t) REQUIRES(q->lock)
{
	if (q->fair_count == 0)
		return TICK_NS;
	return MAX(FAIR_LATENCY_NS * t->weight / (q->fair_weight + t->weight), FAIR_MIN_NS);
}

/* Begin a slice: when the next tick is due. */
static inline u64 queue_start_slice(struct run_queue *q, struct task *t, u64 now) REQUIRES(q->lock)
{
	if (t->is_idle)
		return TIME_NEVER;
	if (unlikely(!task_is_fair(t)) && t->rr_left == 0)
		t->rr_left = RR_SLICE_NS;
	t->slice_end = now + (likely(task_is_fair(t)) ? fair_slice(q, t) : TICK_NS);
	return t->slice_end;
}

#endif
