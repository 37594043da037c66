/*
 * The end of a grace period is found by being everywhere: one task visits each CPU in turn. When it runs on a CPU, that CPU has
 * switched to it, and whatever ran there before the switch has left its read section.
 *
 * Each CPU has a list of its own, touched only by that CPU with interrupts off, so it needs no lock:
 *
 *	reader on CPU 1            writer on CPU 0                the task
 *	p = rcu_read(x)            A: x = other
 *	uses *p                    B: rcu_call(p): CPU 0's list
 *	sleeps or leaves                                          C: on CPU 0: takes the list
 *	                                                          D: on CPU 0, 1, …: was scheduled there
 *	                                                          E: calls the functions
 *
 * A is before B before C before D: a stretch on CPU 1 that began before A has ended when D is on CPU 1, and one that begins after
 * D sees A (switching tasks is a full barrier). Batches: the task waits a moment before each round, so one round serves many calls.
 */
#include "sched/rcu.h"

#include "arch/arch.h"
#include "lib/atomic.h"
#include "lib/log.h"
#include "lib/string.h"
#include "sched/clock.h"
#include "sched/task.h"
#include "sched/wait.h"

#define BATCH_NS 5000000ull

static struct rcu_head *pending[MAX_CPUS];	/* [its CPU, interrupts off] */
static atomic32 waiting = ATOMIC(0);		/* some list may not be empty */
static struct waitq work = WAITQ_INIT(work);

void rcu_call(struct rcu_head *h, void (*fn)(struct rcu_head *h))
{
	irqstate s = arch_irq_save();
	struct rcu_head **list = &pending[arch_cpu_id()];

	h->fn = fn;
	h->next = *list;
	*list = h;
	arch_irq_restore(s);
	if (!atomic_read(&waiting) && !atomic_xchg(&waiting, 1))
		wait_wake(&work, 0);
}

static void go_to(unsigned cpu)
{
	u64 mask[MAX_CPUS / 64] = { 0 };

	mask[cpu / 64] = 1ull << cpu % 64;
	sched_set_affinity(current, mask);
}

static struct rcu_head *take_here(void)
{
	irqstate s = arch_irq_save();
	struct rcu_head *list = pending[arch_cpu_id()];

	pending[arch_cpu_id()] = NULL;
	arch_irq_restore(s);
	return list;
}

static void call_all(struct rcu_head *list)
{
	while (list) {
		struct rcu_head *next = list->next;

		list->fn(list);
		list = next;
		preempt_point();
	}
}

/* Take every CPU's list, visit every CPU once more, then call. */
static void serve_round(void)
{
	struct rcu_head *taken = NULL, *list;

	for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
		go_to(cpu);
		list = take_here();
		while (list) {
			struct rcu_head *next = list->next;

			list->next = taken;
			taken = list;
			list = next;
		}
	}
	for (unsigned cpu = 0; cpu < cpu_count; cpu++)
		go_to(cpu);
	call_all(taken);
}

static void serve(void *unused)
{
	for (;;) {
		wait_event(&work, atomic_read(&waiting));
		(void)wait_event_timeout(&work, false, false, clock_now() + BATCH_NS);
		atomic_set(&waiting, 0);
		smp_mb();	/* a call that saw 1 has its entry on a list that serve_round will look at */
		serve_round();
	}
}

void rcu_init(void)
{
	struct task *t = task_create_kernel("rcu", serve, NULL);

	if (!t)
		log_error("rcu", "no memory for its task: nothing will be freed");
	else
		task_start(t);
}
