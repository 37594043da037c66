/*
 * Where tasks run: the choice of a CPU for one that wakes, and the balance between queues.
 *
 *  - A waking task goes where it ran last if that CPU idles, since its caches are there; else to an idle CPU; else to where it
 *    ran last or to the waker's, whichever queue is shorter. A real-time task goes where nobody of its priority runs.
 *  - A CPU that becomes idle takes from the longest queue. One that does not idle calls an idle one at its tick and whenever it
 *    leaves a task waiting; and it takes from a queue that is longer by two every BALANCE_NS, and from one that is longer by
 *    one every eighth time, so that three tasks on two CPUs take turns at sharing.
 *  - The mask of idle CPUs is written by each CPU for itself, and by wakers, who take the CPU's bit so that the next waker
 *    finds another one. An idle CPU sets its bit before it looks at its queue for the last time before it halts (sched_idle),
 *    so a bit that is missing means a CPU on its way to look, and a bit too many costs an interrupt.
 *
 * All of it runs with interrupts off, under one queue's lock at a time, as runqueue.h argues.
 */
#include "arch/arch.h"
#include "lib/assert.h"
#include "lib/string.h"
#include "sched/fair.h"

#define BALANCE_NS	(16 * NS_PER_MSEC)
#define BALANCE_FINE	8
#define MASK_WORDS	(MAX_CPUS / 64)

static atomic64 idle_mask[MASK_WORDS];

/* ---- Idle CPUs ---- */

static i64 bit_of(unsigned cpu)
{
	return (i64)(1ull << (cpu & 63));
}

void cpu_is_idle(unsigned cpu)
{
	(void)atomic_or(&idle_mask[cpu >> 6], bit_of(cpu));
}

void cpu_is_busy(unsigned cpu)
{
	if (atomic_read(&idle_mask[cpu >> 6]) & bit_of(cpu))
		(void)atomic_and(&idle_mask[cpu >> 6], ~bit_of(cpu));
}

/* Take the bit of an idle CPU; false when it is not set any more. */
static bool claim(unsigned cpu)
{
	return (atomic_read(&idle_mask[cpu >> 6]) & bit_of(cpu)) && (atomic_and(&idle_mask[cpu >> 6], ~bit_of(cpu)) & bit_of(cpu));
}

/* An idle CPU that t may run on, claimed; -1 when there is none. `near` is tried first. */
static int claim_idle(const struct task *t, unsigned near)
{
	if (may_run_on(t, near) && claim(near))
		return (int)near;
	for (unsigned i = 0; i < (cpu_count + 63) / 64; i++) {
		u64 free = (u64)atomic_read(&idle_mask[i]) & t->affinity[i];

		for (; free; free &= free - 1) {
			unsigned cpu = i * 64 + (unsigned)__builtin_ctzll(free);

			if (claim(cpu))
				return (int)cpu;
		}
	}
	return -1;
}

void call_idle_cpu(void)
{
	for (unsigned i = 0; i < (cpu_count + 63) / 64; i++) {
		u64 free = (u64)atomic_read(&idle_mask[i]);

		if (free) {
			arch_ipi_reschedule(i * 64 + (unsigned)__builtin_ctzll(free));
			return;
		}
	}
}

/* ---- The choice ---- */

static unsigned first_allowed(const struct task *t)
{
	for (unsigned cpu = 0; cpu < cpu_count; cpu++)
		if (may_run_on(t, cpu))
			return cpu;
	return t->cpu;
}

/* Where the least urgent task runs, if that is less urgent than t; else where it ran last. */
static unsigned choose_for_rt(const struct task *t, unsigned last)
{
	unsigned best = last;

	if (READ_ONCE(queues[last]->running_priority) < t->priority)
		return last;
	for (unsigned cpu = 0; cpu < cpu_count; cpu++)
		if (may_run_on(t, cpu) && READ_ONCE(queues[cpu]->running_priority) < READ_ONCE(queues[best]->running_priority))
			best = cpu;
	return READ_ONCE(queues[best]->running_priority) < t->priority ? best : last;
}

static unsigned choose_cpu(const struct task *t)
{
	unsigned last = t->cpu, here = arch_cpu_id();
	int idle;

	idle = claim_idle(t, last);
	if (idle >= 0)
		return (unsigned)idle;
	if (!may_run_on(t, last))
		last = may_run_on(t, here) ? here : first_allowed(t);
	if (!task_is_fair(t))
		return choose_for_rt(t, last);
	if (READ_ONCE(queues[here]->count) < READ_ONCE(queues[last]->count) && may_run_on(t, here))
		return here;
	return last;
}

void queue_kick(struct run_queue *q, unsigned cpu)
{
	atomic_or(&q->running->work, WORK_RESCHEDULE);
	if (cpu != arch_cpu_id())
		arch_ipi_reschedule(cpu);
}

struct run_queue *lock_queue_of(struct task *t) NO_LOCK_ANALYSIS
{
	for (;;) {
		unsigned cpu = READ_ONCE(t->cpu);
		struct run_queue *q = queues[cpu];

		spin_lock(&q->lock);
		if (likely(cpu == READ_ONCE(t->cpu)))
			return q;
		spin_unlock(&q->lock);
	}
}

/* t->cpu says where t goes: go there, on to another when its affinity forbids that now. Returns with that queue locked. */
static struct run_queue *arrive(struct task *t) NO_LOCK_ANALYSIS
{
	for (;;) {
		struct run_queue *q = queues[t->cpu];

		spin_lock(&q->lock);
		if (likely(may_run_on(t, t->cpu)))
			return q;
		t->cpu = choose_cpu(t);
		spin_unlock(&q->lock);
	}
}

/* The waker's CPU when it is expected to be free at once, and nobody else waits for it. */
static bool here_by_handing_over(const struct task *t)
{
	struct task *waker = current;

	if (likely(waker->handovers == 0))
		return false;
	waker->handovers--;
	return task_is_fair(waker) && task_is_fair(t) && (cpu_count == 1 || READ_ONCE(this_queue()->count) == 0);
}

/* t was queued. Shall it have the CPU soon? Between two queues its policy may have changed: one of real time is not handed anything. */
static bool interrupts_running(struct run_queue *q, struct task *t, u64 now, bool hands_over) REQUIRES(q->lock)
{
	if (hands_over && q->running == current && task_is_fair(t)) {
		if (cpu_count > 1)
			timer_set_tick(now + HANDED_TICK_NS);
		if (queue_hand_over(q, t, now)) {
			current->wakes = 0;
			return true;
		}
	}
	return queue_preempts(q, t, now);
}

/*
 * Let the queue go, and have its CPU look at it when `at_once`. An IPI costs its sender far more than all else here, and the CPU that
 * gets it wants the lock first of all: so the lock goes first, and the time is not the waker's.
 */
static void leave(struct run_queue *q, unsigned cpu, bool at_once) RELEASES(q->lock)
{
	bool elsewhere = at_once && cpu != arch_cpu_id();

	if (at_once)
		atomic_or(&q->running->work, WORK_RESCHEDULE);
	spin_unlock(&q->lock);
	if (!elsewhere)
		return;
	arch_ipi_reschedule(cpu);
	current->woke_at = clock_now();
}

void place(struct run_queue *q, struct task *t, bool woken) NO_LOCK_ANALYSIS
{
	bool hands_over = woken && here_by_handing_over(t);
	unsigned cpu = cpu_count == 1 ? 0 : hands_over ? arch_cpu_id() : choose_cpu(t);
	u64 now;

	if (cpu != t->cpu || !may_run_on(t, cpu)) {
		t->cpu = cpu;
		spin_unlock(&q->lock);
		q = arrive(t);
	}
	now = clock_now();
	if (woken) {
		current->wakes++;
		current->woke_at = now;
		queue_attach_woken(q, t, now);
	} else {
		queue_attach(q, t);
	}
	queue_insert(q, t, !woken);
	leave(q, t->cpu, interrupts_running(q, t, now, hands_over));
}

/*
 * Where a task waits or sleeps, the new mask holds at once. One that is between two queues is RUNNING and off: place() looks at
 * the mask under the lock of the queue that it enters.
 */
void sched_set_affinity(struct task *t, const u64 *mask) NO_LOCK_ANALYSIS
{
	irqstate s = arch_irq_save();
	struct run_queue *q = lock_queue_of(t);
	bool moves;

	memcpy(t->affinity, mask, sizeof(t->affinity));
	moves = !may_run_on(t, t->cpu);
	if (moves && q->running == t)
		queue_kick(q, t->cpu);
	if (moves && t->queued) {
		queue_remove(q, t);
		queue_detach(q, t);
		place(q, t, false);
	} else {
		spin_unlock(&q->lock);
	}
	arch_irq_restore(s);
	if (moves && t == current)
		schedule();
}

/* ---- Balance ---- */

/* A task of q that may run on `cpu`: the most urgent one, or of the fair ones that which has waited longest. */
static struct task *take_for(struct run_queue *q, unsigned cpu) REQUIRES(q->lock)
{
	struct task *t;

	for (unsigned level = RT_LEVELS - 1; level > 0 && q->count > q->fair_count; level--)
		list_for_each(t, &q->rt[level], run_link)
			if (may_run_on(t, cpu))
				return t;
	if (q->first_fair && may_run_on(q->first_fair, cpu))
		return q->first_fair;
	for (struct tree_node *n = tree_first(&q->fair); n; n = tree_next(n)) {
		t = tree_entry(n, struct task, fair_node);
		if (may_run_on(t, cpu))
			return t;
	}
	return NULL;
}

/* Move a task from the queue that is longest, and has `least` tasks waiting at least, to this CPU's. */
static void pull(unsigned cpu, unsigned least) NO_LOCK_ANALYSIS
{
	struct run_queue *busiest = NULL;
	struct task *t;

	for (unsigned i = 0; i < cpu_count; i++)
		if (i != cpu && READ_ONCE(queues[i]->count) >= (busiest ? busiest->count + 1 : least))
			busiest = queues[i];
	if (!busiest)
		return;
	spin_lock(&busiest->lock);
	t = take_for(busiest, cpu);
	if (t) {
		queue_remove(busiest, t);
		queue_detach(busiest, t);
		t->cpu = cpu;
		t->handovers = 0;
	}
	spin_unlock(&busiest->lock);
	if (!t)
		return;
	busiest = arrive(t);
	queue_attach(busiest, t);
	queue_insert(busiest, t, false);
	leave(busiest, t->cpu, queue_preempts(busiest, t, clock_now()));
}

void balance_idle(void)
{
	pull(arch_cpu_id(), 1);
}

void balance_tick(u64 now)
{
	struct run_queue *q = this_queue();
	unsigned own = READ_ONCE(q->count);

	if (now < q->balance_at)
		return;
	q->balance_at = now + BALANCE_NS;
	pull(arch_cpu_id(), own + (++q->balances % BALANCE_FINE == 0 ? 1 : 2));
}
