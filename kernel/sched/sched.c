/*
 * The scheduler: a run queue for each CPU, round robin with slices by nice value, idle CPUs that take work from busy ones.
 *
 *  - A run queue's lock is taken with interrupts off and held across the switch: the next task releases it
 *    (sched_first_switch or the end of schedule), so whoever takes a queue's lock sees its tasks either running or saved.
 *  - A task that is not queued and not running belongs to t->cpu's queue all the same: its state changes under that lock.
 *  - A task that sleeps keeps what is left of its slice and goes to the head of the queue when it wakes with some left,
 *    so that interactive programs are served first, yet none can starve the rest.
 *
 * Waking against falling asleep:
 *
 *	sleeper, on its CPU                    waker
 *	A: state = SLEEPING                    C: condition = true
 *	B: condition? no → schedule():         D: lock of the sleeper's queue
 *	   lock; state still SLEEPING?            state SLEEPING → RUNNING; queue it unless it is the
 *	   leave the queue, switch                one that runs there
 *
 *	If D comes before B's lock, schedule() finds RUNNING and keeps the task queued. If after, the task is saved and
 *	D queues it.
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
#include "sched/process.h"
#include "sched/sched.h"
#include "sched/task.h"

#define SLICE_NS    (10 * NS_PER_MSEC)	/* of a task at nice 0 */
#define SLICE_MIN   (1 * NS_PER_MSEC)

/* Letters: [l] lock, [o] own CPU with interrupts off. */
struct run_queue {
	struct spinlock lock;
	struct list tasks;		/* [l] runnable, without the one that runs */
	unsigned count;			/* [l] of them; read by others without */
	struct task *running;		/* [l] */
	struct task *idle;		/* [I] */
	struct task *dead;		/* [o] switched away from for the last time: to be put */
	struct task *leaving;		/* [o] switched away from, may not run here any more: to be queued elsewhere */
	u64 idle_ns, busy_ns;		/* [o] */
	u64 switches;			/* [o] */
} __aligned(CACHE_LINE);

static struct run_queue *queues[MAX_CPUS];
static struct run_queue boot_queue;
static struct slab_cache *task_cache;
static atomic32 idle_cpus;		/* [a] how many CPUs run their idle task: a hint for wake-ups */

static struct run_queue *this_queue(void)
{
	return queues[arch_cpu_id()];
}

static u64 slice_of(const struct task *t)
{
	/* A tenth more or less for each step, like the weights of nice(2): 1.1^20 is about 7. */
	i64 slice = (i64)SLICE_NS - (i64)SLICE_NS * t->nice / 22;

	return (u64)MAX(slice, (i64)SLICE_MIN);
}

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
	t->start_time = clock_now();
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

/* ---- Queues ---- */

static bool may_run_on(const struct task *t, unsigned cpu)
{
	return t->affinity[cpu >> 6] >> (cpu & 63) & 1;
}

static void enqueue(struct run_queue *q, struct task *t, bool at_head) REQUIRES(q->lock)
{
	if (at_head)
		list_add(&q->tasks, &t->run_link);
	else
		list_add_tail(&q->tasks, &t->run_link);
	t->queued = true;
	q->count++;
}

static void dequeue(struct run_queue *q, struct task *t) REQUIRES(q->lock)
{
	list_del(&t->run_link);
	t->queued = false;
	q->count--;
}

/* Make a CPU look at its queue: at once when it idles, else on its next way to ring 3. Its lock is held. */
static void kick(struct run_queue *q, unsigned cpu) REQUIRES(q->lock)
{
	atomic_or(&q->running->work, WORK_RESCHEDULE);
	if (cpu != arch_cpu_id())
		arch_ipi_reschedule(cpu);
}

/*
 * The queue that a task goes to when it wakes: where it ran last if that CPU idles or is the waker's own; otherwise an
 * idle CPU, if there is one; otherwise where it ran last.
 */
static unsigned choose_cpu(const struct task *t)
{
	unsigned last = t->cpu;

	if ((atomic_read(&idle_cpus) == 0 || cpu_count == 1) && may_run_on(t, last))
		return last;
	for (unsigned i = 0; i < cpu_count; i++) {
		unsigned cpu = last + i < cpu_count ? last + i : last + i - cpu_count;
		struct run_queue *q = queues[cpu];

		if (READ_ONCE(q->running) == q->idle && READ_ONCE(q->count) == 0 && may_run_on(t, cpu))
			return cpu;
	}
	for (unsigned cpu = last; !may_run_on(t, last) && cpu < last + cpu_count; cpu++)
		if (may_run_on(t, cpu % cpu_count))
			return cpu % cpu_count;
	return last;
}

/* Queue a task whose state just became RUNNING. Interrupts off. */
static void place(struct task *t) NO_LOCK_ANALYSIS
{
	unsigned cpu = choose_cpu(t);
	struct run_queue *q = queues[cpu];
	u64 now = clock_now();
	bool has_slice = t->slice_end != 0;	/* while asleep, what was left */

	spin_lock(&q->lock);
	while (!may_run_on(t, cpu)) {	/* its affinity changed since the choice */
		spin_unlock(&q->lock);
		cpu = choose_cpu(t);
		q = queues[cpu];
		spin_lock(&q->lock);
	}
	t->cpu = cpu;
	enqueue(q, t, has_slice);
	/* A sleeper may push aside who has run for a millisecond. */
	if (q->running == q->idle || (has_slice && now + slice_of(q->running) > q->running->slice_end + SLICE_MIN))
		kick(q, cpu);
	spin_unlock(&q->lock);
}

/* The queue that t belongs to, locked. Interrupts off. */
static struct run_queue *lock_queue_of(struct task *t) NO_LOCK_ANALYSIS
{
	for (;;) {
		struct run_queue *q = queues[READ_ONCE(t->cpu)];

		spin_lock(&q->lock);
		if (q == queues[t->cpu])
			return q;
		spin_unlock(&q->lock);
	}
}

/*
 * A task that is queued nowhere and does not run, yet is RUNNING, is between two queues: place() looks at its affinity under the
 * lock of the queue that it enters, and whoever has that lock before finds t->cpu to be the old one.
 */
void sched_set_affinity(struct task *t, const u64 *mask) NO_LOCK_ANALYSIS
{
	irqstate s = arch_irq_save();
	struct run_queue *q = lock_queue_of(t);
	bool moves;

	memcpy(t->affinity, mask, sizeof(t->affinity));
	moves = !may_run_on(t, t->cpu);
	if (moves && q->running == t)
		kick(q, t->cpu);
	if (moves && t->queued) {
		dequeue(q, t);
		spin_unlock(&q->lock);
		place(t);
	} else {
		spin_unlock(&q->lock);
	}
	arch_irq_restore(s);
	if (moves && t == current)
		schedule();
}

bool task_wake_if(struct task *t, unsigned states) NO_LOCK_ANALYSIS
{
	irqstate s = arch_irq_save();
	struct run_queue *q = lock_queue_of(t);

	if (!(states >> t->state & 1)) {
		spin_unlock(&q->lock);
		arch_irq_restore(s);
		return false;
	}
	t->state = TASK_RUNNING;
	if (q->running == t) {		/* between A and B: it has not left its CPU */
		spin_unlock(&q->lock);
	} else {
		spin_unlock(&q->lock);
		place(t);
	}
	arch_irq_restore(s);
	return true;
}

/* With nothing left of a slice, so behind all others: those who fork again and again keep nobody from the CPU. */
void task_start(struct task *t)
{
	t->slice_end = 0;
	task_wake_if(t, 1u << TASK_WAITING);
}

/* Take a task from the longest other queue; returns it with this queue's lock held. Locks one queue at a time. */
static struct task *steal(struct run_queue *own, unsigned cpu) NO_LOCK_ANALYSIS
{
	struct run_queue *busiest = NULL;
	struct task *t, *found = NULL;

	for (unsigned i = 0; i < cpu_count; i++)
		if (i != cpu && READ_ONCE(queues[i]->count) > (busiest ? busiest->count : 0))
			busiest = queues[i];
	if (!busiest)
		return NULL;
	spin_lock(&busiest->lock);
	list_for_each(t, &busiest->tasks, run_link) {
		if (!may_run_on(t, cpu))
			continue;
		found = t;
		dequeue(busiest, t);
		t->cpu = cpu;
		break;
	}
	spin_unlock(&busiest->lock);
	return found;
}

/* ---- The switch ---- */

static void account(struct task *t, u64 now, bool user)
{
	u64 ns = now - t->last_account;

	if (user)
		t->user_ns += ns;
	else
		t->system_ns += ns;
	itimer_charge(t->process, ns, user);
	t->last_account = now;
}

void sched_account_current(void)
{
	irqstate s = arch_irq_save();

	account(current, clock_now(), false);
	arch_irq_restore(s);
}

/* What the task that was switched to does first, on whatever CPU it is now. Interrupts off. */
static void finish_switch(void) NO_LOCK_ANALYSIS
{
	struct run_queue *q = this_queue();
	struct task *dead = q->dead, *leaving = q->leaving;

	q->dead = q->leaving = NULL;
	spin_unlock(&q->lock);
	if (leaving)
		place(leaving);
	if (dead)
		task_put(dead);
}

void sched_first_switch(void);
void sched_first_switch(void)
{
	finish_switch();
}

/* Who runs next: the head of the queue, or the idle task. The caller's task is queued already if it may go on. */
static struct task *pick(struct run_queue *q) REQUIRES(q->lock)
{
	struct task *t;

	if (list_empty(&q->tasks))
		return q->idle;
	t = list_first(&q->tasks, struct task, run_link);
	dequeue(q, t);
	return t;
}

/* A slice runs from now; what a sleeper had left of it goes on. */
static void start_slice(struct run_queue *q, struct task *t, u64 now) REQUIRES(q->lock)
{
	if (t->is_idle) {
		timer_set_tick(TIME_NEVER);
		return;
	}
	t->slice_end = now + (t->slice_end ? t->slice_end : slice_of(t));
	timer_set_tick(t->slice_end);
}

/* The one that runs leaves its CPU: queue it, or keep what is left of its slice (0: nothing) until it wakes. */
static void put_back(struct run_queue *q, struct task *t, u64 now) REQUIRES(q->lock)
{
	u64 left = t->slice_end > now ? t->slice_end - now : 0;

	if (t->is_idle)
		return;
	if (t->state == TASK_RUNNING) {
		t->slice_end = left > SLICE_MIN ? left : 0;
		if (may_run_on(t, t->cpu))
			enqueue(q, t, false);
		else
			q->leaving = t;
		t->switches_forced++;
	} else {
		t->slice_end = left;
		t->switches_voluntary++;
	}
}

void schedule(void) NO_LOCK_ANALYSIS
{
	irqstate s = arch_irq_save();
	struct run_queue *q = this_queue();
	struct task *prev = current, *next;
	u64 now = clock_now();

	spin_lock(&q->lock);
	atomic_and(&prev->work, ~WORK_RESCHEDULE);
	account(prev, now, !prev->is_idle && prev->state == TASK_RUNNING);
	put_back(q, prev, now);
	next = pick(q);
	start_slice(q, next, now);
	if (next == prev) {
		spin_unlock(&q->lock);
		arch_irq_restore(s);
		return;
	}
	if (prev->is_idle)
		atomic_dec(&idle_cpus);
	else if (next->is_idle)
		atomic_inc(&idle_cpus);
	next->last_account = now;
	atomic_and(&next->work, ~WORK_RESCHEDULE);
	q->running = next;
	q->switches++;
	if (prev->state == TASK_DEAD)
		q->dead = prev;
	arch_switch(prev, next);
	finish_switch();
	arch_irq_restore(s);
}

void sched_yield(void)
{
	current->slice_end = 0;
	schedule();
}

void task_exit(void)
{
	(void)arch_irq_save();
	current->state = TASK_DEAD;
	schedule();
	panic("a dead task ran");
}

/* Wakers look at idle CPUs without a lock, so two may choose the same one: who is left waiting a slice long is offered again. */
static void call_idle_cpu(void)
{
	if (atomic_read(&idle_cpus) == 0)
		return;
	for (unsigned cpu = 0; cpu < cpu_count; cpu++)
		if (READ_ONCE(queues[cpu]->running) == queues[cpu]->idle) {
			arch_ipi_reschedule(cpu);
			return;
		}
}

/* From the timer interrupt: account the time to what was interrupted, end the slice, call an idle CPU for help. */
void sched_tick(u64 now, bool user)
{
	struct run_queue *q = this_queue();
	struct task *t = current;

	if (t->is_idle)
		return;
	account(t, now, user);
	itimer_tick(t->process);
	if (now < t->slice_end) {
		timer_set_tick(t->slice_end);
		return;
	}
	if (READ_ONCE(q->count) > 0) {
		atomic_or(&t->work, WORK_RESCHEDULE);
		call_idle_cpu();
	} else {
		t->slice_end = now + slice_of(t);
		timer_set_tick(t->slice_end);
	}
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
	spin_init(&q->lock, "run queue", RANK_RUNQ);
	list_init(&q->tasks);
	idle->is_idle = true;
	idle->state = TASK_RUNNING;
	idle->cpu = cpu;
	idle->last_account = clock_now();
	idle->arch.stack_top = (u64)idle->kernel_stack + KERNEL_STACK_SIZE;
	q->idle = q->running = idle;
	timer_init_cpu(cpu);
	queues[cpu] = q;
	arch_cpu_head()->current_task = idle;
	atomic_inc(&idle_cpus);
}

static void take_work_from_others(void) NO_LOCK_ANALYSIS
{
	irqstate s = arch_irq_save();
	struct run_queue *q = this_queue();
	struct task *t = steal(q, arch_cpu_id());

	if (t) {
		spin_lock(&q->lock);
		enqueue(q, t, false);
		spin_unlock(&q->lock);
	}
	arch_irq_restore(s);
}

/*
 * Interrupts are off from the look at the queue to HLT, and a task is queued before the IPI is sent, so that the
 * interrupt ends the HLT.
 */
void sched_idle(void)
{
	for (;;) {
		if (READ_ONCE(this_queue()->count) == 0)
			take_work_from_others();
		(void)arch_irq_save();
		if (READ_ONCE(this_queue()->count) > 0) {
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

	load->idle_ns = idle->system_ns + (READ_ONCE(q->running) == idle ? clock_now() - idle->last_account : 0);
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
