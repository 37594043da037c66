/*
 * The scheduler: tasks, the switch from one to the next, the tick, and the idle loop. Who is next is class.c's matter, on which
 * CPU place.c's; runqueue.h has the rules of the queues that they share.
 *
 *  - A queue's lock is held across the switch: the next task releases it (sched_first_switch or the end of schedule), so
 *    whoever takes a queue's lock sees its tasks either running or saved.
 *  - The kernel is not preempted: who shall give way gets WORK_RESCHEDULE, and calls schedule() on its way to ring 3 or at a
 *    preempt_point().
 *
 * Waking against falling asleep:
 *
 *	sleeper, on its CPU                    waker
 *	A: state = SLEEPING                    C: condition = true
 *	B: condition? no → schedule():         D: lock of the sleeper's queue
 *	   lock; state still SLEEPING?            state SLEEPING → RUNNING; queue it unless it is the
 *	   leave the queue, switch                one that runs there
 *
 *	If D comes before B's lock, schedule() finds RUNNING and keeps the task. If after, the task is saved and D queues it.
 */
#include "arch/arch.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "sched/clock.h"
#include "sched/itimer.h"
#include "sched/loadavg.h"
#include "sched/process.h"
#include "sched/fair.h"

struct run_queue *queues[MAX_CPUS];
static struct run_queue boot_queue;
static struct slab_cache *task_cache;

/* ---- Tasks ---- */

struct task *task_alloc(const char *name)
{
	struct task *t = slab_zalloc(task_cache);

	if (!t)
		return NULL;
	t->kernel_stack = kstack_alloc();
	if (!t->kernel_stack) {
		slab_free(task_cache, t);
		return NULL;
	}
	atomic_set(&t->refs, 1);
	t->state = TASK_WAITING;
	t->cpu = arch_cpu_id();
	t->arch.fpu_cpu = UINT32_MAX;
	t->start_time = t->charged_at = clock_now();
	t->vruntime = (i64)FAIR_MIN_NS;
	task_set_weight(t);
	memset(t->affinity, 0xff, sizeof(t->affinity));
	list_init(&t->run_link);
	list_init(&t->thread_link);
	sigpending_init(&t->pending);
	strlcpy(t->name, name, sizeof(t->name));
	return t;
}

void task_put(struct task *t)
{
	if (!atomic_dec_and_test(&t->refs))
		return;
	arch_task_free_fpu(t);
	kfree(t->spare_entry);
	kstack_free(t->kernel_stack);
	slab_free(task_cache, t);
}

struct task *task_create_kernel(const char *name, void (*entry)(void *), void *arg)
{
	struct task *t = task_alloc(name);

	if (!t)
		return NULL;
	t->cred = &root_cred;
	arch_task_init_kernel(t, entry, arg);
	return t;
}

bool task_wake_if(struct task *t, unsigned states) NO_LOCK_ANALYSIS
{
	irqstate s = arch_irq_save();
	struct run_queue *q = lock_queue_of(t);
	bool wakes = states >> t->state & 1;

	if (wakes)
		t->state = TASK_RUNNING;
	if (!wakes || q->running == t)		/* it runs: between A and B, it has not left its CPU */
		spin_unlock(&q->lock);
	else
		place(q, t, true);
	arch_irq_restore(s);
	return wakes;
}

/*
 * It has slept for no time, so it has no credit: those who fork again and again keep nobody from the CPU. Nor is the CPU handed over
 * to it: its maker may hold what it needs first, such as a C library's list of threads.
 */
void task_start(struct task *t)
{
	current->handovers = 0;
	t->charged_at = clock_now();
	task_wake_if(t, 1u << TASK_WAITING);
}

/* ---- Time ---- */

void sched_account_current(void) NO_LOCK_ANALYSIS
{
	irqstate s = arch_irq_save();
	struct run_queue *q = this_queue();

	spin_lock(&q->lock);
	queue_charge(q, current, clock_now(), false);
	spin_unlock(&q->lock);
	arch_irq_restore(s);
}

void sched_task_times(struct task *t, u64 *user, u64 *system) NO_LOCK_ANALYSIS
{
	irqstate s = arch_irq_save();
	struct run_queue *q = lock_queue_of(t);
	u64 now = clock_now();

	*user = t->user_ns;
	*system = t->system_ns;
	if (q->running == t && now > t->charged_at)
		*(t == current ? system : user) += now - t->charged_at;
	spin_unlock(&q->lock);
	arch_irq_restore(s);
}

/* ---- The switch ---- */

/* What the task that was switched to does first, on whatever CPU it is now. Interrupts off. */
static void finish_switch(void) NO_LOCK_ANALYSIS
{
	struct run_queue *q = this_queue();
	struct task *dead = q->dead, *leaving = q->leaving;

	q->dead = q->leaving = NULL;
	spin_unlock(&q->lock);
	if (leaving)
		place(lock_queue_of(leaving), leaving, false);
	if (dead)
		task_put(dead);
}

void sched_first_switch(void);
void sched_first_switch(void)
{
	finish_switch();
}

/* prev woke q->handed and gives it its place. No idle CPU is called for prev, who is expected to sleep when it runs next. */
static struct task *next_by_handing_over(struct run_queue *q, struct task *prev) REQUIRES(q->lock)
{
	struct task *next = q->handed;

	queue_remove(q, next);
	queue_insert(q, prev, false);
	prev->switches_forced++;
	return next;
}

/* One that may go on is queued with the others, so that it can be chosen again. */
static struct task *next_of_many(struct run_queue *q, struct task *prev, u64 now) REQUIRES(q->lock)
{
	struct task *next;

	if (q->handed && q->count == q->fair_count && task_is_fair(prev))
		return next_by_handing_over(q, prev);
	if (prev->yields)
		queue_yield(q, prev);
	if (queue_goes_first(q, prev))
		return prev;
	next = queue_pick(q, now);
	queue_insert(q, prev, prev->rr_left != 0);
	if (next == prev)
		return next;
	prev->switches_forced++;
	if (prev->priority > 0 && next->priority > prev->priority && cpu_count > 1) {
		queue_remove(q, prev);		/* another CPU may run something less urgent */
		q->leaving = prev;
	} else if (cpu_count > 1) {
		call_idle_cpu();
	}
	return next;
}

/* The one that runs gives its CPU away: who is next. */
static struct task *next_after(struct run_queue *q, struct task *prev, u64 now) REQUIRES(q->lock)
{
	if (prev->is_idle)
		return queue_pick(q, now);
	if (prev->state == TASK_RUNNING && may_run_on(prev, prev->cpu))
		return q->count == 0 ? prev : next_of_many(q, prev, now);
	queue_detach(q, prev);
	if (prev->state == TASK_RUNNING) {
		q->leaving = prev;
		prev->switches_forced++;
	} else {
		prev->switches_voluntary++;
		prev->rt_ns = 0;
		if (prev->wakes != 0)
			queue_learn_sleep(q, prev, now);
	}
	return queue_pick(q, now);
}

static void switch_to(struct run_queue *q, struct task *prev, struct task *next, u64 now) REQUIRES(q->lock)
{
	if (prev->is_idle)
		cpu_is_busy(next->cpu);
	next->charged_at = now;
	atomic_and(&next->work, ~WORK_RESCHEDULE);
	q->running = next;
	q->running_priority = next->is_idle ? PRIORITY_IDLE : next->priority;
	q->switches++;
	if (prev->state == TASK_DEAD)
		q->dead = prev;
	arch_switch(prev, next);
}

void schedule(void) NO_LOCK_ANALYSIS
{
	irqstate s = arch_irq_save();
	struct run_queue *q = this_queue();
	struct task *prev = current, *next;
	u64 now = clock_now();

	spin_lock(&q->lock);
	atomic_and(&prev->work, ~WORK_RESCHEDULE);
	queue_charge(q, prev, now, !prev->is_idle && prev->state == TASK_RUNNING);
	if (!prev->is_idle)
		loadavg_tick(now);
	next = next_after(q, prev, now);
	q->handed = NULL;
	timer_set_tick(queue_start_slice(q, next, now));
	if (next == prev) {
		spin_unlock(&q->lock);
	} else {
		switch_to(q, prev, next, now);
		finish_switch();
	}
	arch_irq_restore(s);
}

void sched_yield(void)
{
	current->yields = true;
	schedule();
	current->yields = false;
}

void task_exit(void)
{
	(void)arch_irq_save();
	current->state = TASK_DEAD;
	schedule();
	panic("a dead task ran");
}

/* From the timer interrupt: account the time to what was interrupted, end the slice, call an idle CPU for help. */
void sched_tick(u64 now, bool user)
{
	struct run_queue *q = this_queue();
	struct task *t = current;
	bool over, others;

	if (t->is_idle)
		return;
	spin_lock(&q->lock);
	queue_charge(q, t, now, user);
	others = q->count > 0;
	loadavg_tick(now);
	over = queue_slice_over(q, t, now);
	if (!over)
		timer_set_tick(now < t->slice_end ? t->slice_end : queue_start_slice(q, t, now));
	spin_unlock(&q->lock);
	if (over)
		atomic_or(&t->work, WORK_RESCHEDULE);
	if (cpu_count == 1)
		return;
	if (others)
		call_idle_cpu();
	balance_tick(now);
}

/* ---- Boot and idle ---- */

void sched_init_cpu(unsigned cpu)
{
	struct run_queue *q = cpu == 0 ? &boot_queue : kzalloc(sizeof(*q));
	struct task *idle;

	if (cpu == 0)
		task_cache = slab_cache_create("task", sizeof(struct task), 64);
	idle = q && task_cache ? task_alloc("idle") : NULL;
	if (!idle)
		panic("no memory for the idle task of CPU %u", cpu);
	queue_init(q);
	idle->is_idle = true;
	idle->state = TASK_RUNNING;
	idle->cpu = cpu;
	idle->arch.stack_top = (u64)idle->kernel_stack + KERNEL_STACK_SIZE;
	q->idle = q->running = idle;
	q->running_priority = PRIORITY_IDLE;
	timer_init_cpu(cpu);
	queues[cpu] = q;
	arch_cpu_head()->current_task = idle;
}

/*
 * Interrupts are off from the last look at the queue to HLT, and a task is queued before the IPI is sent, so that the interrupt
 * ends the HLT. The CPU's bit is set before it looks around, so whoever leaves a task waiting meanwhile finds the bit.
 */
void sched_idle(void)
{
	unsigned cpu = arch_cpu_id();

	for (;;) {
		(void)arch_irq_save();
		cpu_is_idle(cpu);
		if (READ_ONCE(queues[cpu]->count) == 0 && cpu_count > 1)
			balance_idle();
		if (READ_ONCE(queues[cpu]->count) > 0) {
			arch_irq_enable();
			schedule();
		} else {
			arch_idle();
		}
	}
}

void sched_cpu_load(unsigned cpu, struct cpu_load *load)
{
	struct run_queue *q = queues[cpu];
	struct task *idle = q->idle;

	load->idle_ns = idle->system_ns + (READ_ONCE(q->running) == idle ? clock_now() - idle->charged_at : 0);
	load->busy_ns = clock_now() - MIN(clock_now(), idle->start_time) - MIN(load->idle_ns, clock_now() - idle->start_time);
	load->runnable = READ_ONCE(q->count) + (READ_ONCE(q->running) != idle);
}

u64 sched_context_switches(void)
{
	u64 sum = 0;

	for (unsigned cpu = 0; cpu < cpu_count; cpu++)
		sum += READ_ONCE(queues[cpu]->switches);
	return sum;
}
