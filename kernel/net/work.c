/*
 * The network's work lists, one a CPU, and the task that serves each: see work.h. A list is used by its own CPU alone; the
 * interrupts that schedule work there are what interrupts-off keeps out, so there is no lock.
 *
 * Whoever serves a CPU's list is on that CPU and does not sleep while it does, so `serving` needs no lock either:
 *
 *	net_run, serving                        interrupt on this CPU
 *	A: takes an entry, or finds none        C: adds an entry
 *	B: serving = false (with A, one         D: looks at serving: if not, wakes the task
 *	   stretch with interrupts off)
 *
 * C–D comes before A, and A finds the entry, or after B, and D wakes the task.
 */
#include "net/work.h"

#include "arch/arch.h"
#include "lib/assert.h"
#include "lib/log.h"
#include "lib/printf.h"
#include "sched/task.h"
#include "sched/wait.h"

#define BUDGET 64u		/* functions that one net_run calls before the task takes over */

/* Letters: [C] its CPU with interrupts off. */
struct net_cpu {
	struct list pending;		/* [C] struct net_work */
	bool serving;			/* [C] */
	struct waitq wait;		/* the task sleeps here */
} __aligned(64);

static struct net_cpu net_cpus[MAX_CPUS];

static struct net_cpu *here(void) { return &net_cpus[arch_cpu_id()]; }

void net_work_prepare(struct net_work *w, void (*fn)(struct net_work *w))
{
	list_init(&w->link);
	w->fn = fn;
	atomic_set(&w->scheduled, 0);
}

static void schedule_work(struct net_work *w, bool wake)
{
	irqstate s;
	struct net_cpu *c;

	if (atomic_xchg(&w->scheduled, 1))
		return;
	s = arch_irq_save();
	c = here();
	list_add_tail(&c->pending, &w->link);
	wake = wake && !c->serving;
	if (wake)
		wait_wake(&c->wait, 0);
	arch_irq_restore(s);
}

void net_schedule(struct net_work *w) { schedule_work(w, true); }
void net_schedule_local(struct net_work *w) { schedule_work(w, false); }

/* The next entry, unlinked and free to be scheduled again; NULL, and not serving any more, when there is none. */
static struct net_work *take(struct net_cpu *c)
{
	irqstate s = arch_irq_save();
	struct net_work *w = NULL;

	if (list_empty(&c->pending)) {
		c->serving = false;
	} else {
		w = list_first(&c->pending, struct net_work, link);
		list_del(&w->link);
	}
	arch_irq_restore(s);
	if (w)
		(void)atomic_xchg(&w->scheduled, 0);	/* what its scheduler wrote is visible from here on */
	return w;
}

void net_run(void)
{
	struct net_cpu *c = here();
	struct net_work *w;

	if (c->serving || list_empty(&c->pending))
		return;
	c->serving = true;
	for (unsigned i = 0; i < BUDGET; i++) {
		w = take(c);
		if (!w)
			return;
		w->fn(w);
	}
	c->serving = false;
	wait_wake(&c->wait, 0);
}

static void serve(void *arg)
{
	struct net_cpu *c = arg;

	for (;;) {
		wait_event(&c->wait, !list_empty(&c->pending));
		net_run();
		preempt_point();
	}
}

void net_work_init(void)
{
	for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
		u64 mask[MAX_CPUS / 64] = { 0 };
		char name[16];
		struct task *t;

		list_init(&net_cpus[cpu].pending);
		waitq_init(&net_cpus[cpu].wait);
		(void)snprintf(name, sizeof(name), "net/%u", cpu);
		t = task_create_kernel(name, serve, &net_cpus[cpu]);
		ASSERT(t);	/* at boot, with all of memory free */
		mask[cpu / 64] = 1ull << cpu % 64;
		sched_set_affinity(t, mask);
		task_start(t);
	}
}
