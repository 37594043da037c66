/*
 * A task's settings for the scheduler: policy, priorities, nice value. They are guarded by the lock of the task's queue; a
 * change takes the task off its queue and puts it back by the new rules, whether it waits there, runs or sleeps. Any context;
 * who may change what is decided by the system calls (sys/sched_policy.c).
 */
#include "arch/arch.h"
#include "lib/assert.h"
#include "sched/fair.h"

struct change {
	struct run_queue *q;
	irqstate irq;
	bool attached;			/* it has an absolute vruntime: it is queued or runs */
	bool queued;
	bool was_fair;
};

/* Between begin and end the task is detached and on no queue, and its settings may change. */
static struct change begin(struct task *t) NO_LOCK_ANALYSIS
{
	struct change c = { .irq = arch_irq_save() };
	u64 now;

	c.q = lock_queue_of(t);
	now = clock_now();
	c.queued = t->queued;
	c.attached = c.queued || c.q->running == t;
	c.was_fair = task_is_fair(t);
	if (c.q->running == t)
		queue_charge(c.q, t, now, false);
	if (c.queued)
		queue_remove(c.q, t);
	if (c.attached)
		queue_detach(c.q, t);
	return c;
}

/* One that runs and became less urgent than one that waits gives way, one that waits and became more urgent gets its turn. */
static void end(struct task *t, struct change *c, bool first) NO_LOCK_ANALYSIS
{
	struct run_queue *q = c->q;

	t->priority = (u8)MAX(t->rt_priority, t->inherited);
	if (c->was_fair && !task_is_fair(t))
		t->rr_left = RR_SLICE_NS;
	if (c->attached)
		queue_attach(q, t);
	if (c->queued) {
		queue_insert(q, t, first);
		if (queue_preempts(q, t, clock_now()))
			queue_kick(q, t->cpu);
	} else if (q->running == t) {
		q->running_priority = t->priority;
		if (q->count > 0)
			queue_kick(q, t->cpu);
	}
	spin_unlock(&q->lock);
	arch_irq_restore(c->irq);
}

void sched_set_inherited(struct task *t, int priority)
{
	u8 inherited = (u8)MAX(priority, 0);
	struct change c;

	ASSERT(priority < RT_LEVELS);
	if (READ_ONCE(t->inherited) == inherited)
		return;
	c = begin(t);
	t->inherited = inherited;
	end(t, &c, true);
}

void sched_set_policy(struct task *t, const struct sched_settings *s)
{
	struct change c = begin(t);

	t->policy = s->policy;
	t->rt_priority = s->priority;
	t->reset_on_fork = s->reset_on_fork;
	t->nice = s->nice;
	task_set_weight(t);
	end(t, &c, false);
}

void sched_get_policy(struct task *t, struct sched_settings *s) NO_LOCK_ANALYSIS
{
	irqstate irq = arch_irq_save();
	struct run_queue *q = lock_queue_of(t);

	*s = (struct sched_settings){ t->policy, t->rt_priority, t->reset_on_fork, t->nice };
	spin_unlock(&q->lock);
	arch_irq_restore(irq);
}

void sched_set_nice(struct task *t, int nice)
{
	struct change c = begin(t);

	t->nice = nice;
	task_set_weight(t);
	end(t, &c, false);
}

int sched_priority(const struct task *t)
{
	return READ_ONCE(t->priority);
}

u64 sched_slice_of(struct task *t) NO_LOCK_ANALYSIS
{
	irqstate irq = arch_irq_save();
	struct run_queue *q = lock_queue_of(t);
	u64 ns = 0;

	if (t->policy == SCHED_RR)
		ns = RR_SLICE_NS;
	else if (t->policy != SCHED_FIFO)
		ns = FAIR_LATENCY_NS;
	spin_unlock(&q->lock);
	arch_irq_restore(irq);
	return ns;
}

/* The child starts a slice behind everybody, so that those who fork again and again keep nobody from the CPU. */
void sched_fork(struct task *child, const struct task *parent)
{
	child->policy = parent->policy;
	child->rt_priority = parent->rt_priority;
	child->nice = parent->nice;
	if (parent->reset_on_fork) {
		child->nice = parent->rt_priority ? 0 : MAX(parent->nice, 0);
		child->policy = parent->rt_priority ? SCHED_OTHER : parent->policy;
		child->rt_priority = 0;
	}
	child->priority = child->rt_priority;
	child->rr_left = RR_SLICE_NS;
	task_set_weight(child);
}
