/*
 * Timers of CPU time. A process's timers, its threads' among them, are on one list under its lock; the list is walked by whoever of
 * the process was charged with time, in task context, so that the callbacks may send signals under that lock (its rank is above the
 * process tree's). The list is short: the programs that use such timers have one or two.
 *
 *	arming, for another process's clock      a thread of that process
 *	A: lock; cpu_watch |= TIMERS             C: is charged; looks at cpu_watch; sets WORK_CPU_TIME
 *	B: reads the clock; queues the timer,    D: lock; walks the list
 *	   unless it is due; unlock
 *
 * C before A: what it was charged with is in B's reading. C after A: D waits for B and finds the timer.
 */
#include "sched/cpu_timer.h"

#include "lib/error.h"
#include "sched/clock.h"
#include "sched/clock_id.h"
#include "sched/itimer.h"
#include "sched/pid.h"
#include "sched/process.h"
#include "sched/sched.h"

/* A negative clock number: ~pid << 3, a thread bit, and a kind. */
#define NUMBER_THREAD 4
#define NUMBER_KIND   3

void cpu_timers_init(struct cpu_timers *t)
{
	spin_init(&t->lock, "cpu timers", RANK_CPU_TIMERS);
	list_init(&t->list);
}

/* ---- Clocks ---- */

static int clock_of_thread(int tid, struct cpu_clock *c)
{
	c->task = task_find(tid ? tid : current->tid);
	if (!c->task)
		return -EINVAL;
	if (c->task->process != current->process) {
		task_put(c->task);
		return -EINVAL;
	}
	process_get(current->process);
	c->process = current->process;
	return 0;
}

int cpu_clock_get(int number, struct cpu_clock *c)
{
	int id = ~(number >> 3);

	*c = (struct cpu_clock){ .kind = CPU_CLOCK_SCHED };
	if (number == CLOCK_THREAD_CPUTIME)
		return clock_of_thread(0, c);
	if (number == CLOCK_PROCESS_CPUTIME)
		id = 0;
	else if (number >= 0 || (number & NUMBER_KIND) > CPU_CLOCK_SCHED)
		return -EINVAL;
	else
		c->kind = (enum cpu_clock_kind)(number & NUMBER_KIND);
	if (number < 0 && (number & NUMBER_THREAD))
		return clock_of_thread(id, c);
	c->process = process_find(id ? id : current->process->pid);
	return c->process ? 0 : -EINVAL;
}

void cpu_clock_put(struct cpu_clock *c)
{
	if (c->task)
		task_put(c->task);
	if (c->process)
		process_put(c->process);
	*c = (struct cpu_clock){ 0 };
}

void process_cpu_times(struct process *p, u64 *user, u64 *system)
{
	irqstate s = spin_lock_irqsave(&tasks_lock);
	struct task *t;

	*user = p->user_ns;
	*system = p->system_ns;
	list_for_each(t, &p->threads, thread_link) {
		u64 u, k;

		sched_task_times(t, &u, &k);
		*user += u;
		*system += k;
	}
	spin_unlock_irqrestore(&tasks_lock, s);
}

u64 cpu_clock_read(const struct cpu_clock *c)
{
	u64 user, system;

	if (c->task)
		sched_task_times(c->task, &user, &system);
	else
		process_cpu_times(c->process, &user, &system);
	return c->kind == CPU_CLOCK_USER ? user : user + system;
}

/* ---- Timers ---- */

static struct cpu_timers *timers_of(const struct cpu_timer *t)
{
	return &t->clock.process->cpu_timers;
}

void cpu_timer_init(struct cpu_timer *t, const struct cpu_clock *c, void (*fn)(struct cpu_timer *t))
{
	*t = (struct cpu_timer){ .clock = *c, .fn = fn };
	list_init(&t->link);
}

void cpu_timer_destroy(struct cpu_timer *t)
{
	cpu_timer_disarm(t);
	cpu_clock_put(&t->clock);
}

void cpu_timer_rearm(struct cpu_timer *t, u64 expires)
{
	t->expires = expires;
	list_add_tail(&timers_of(t)->list, &t->link);
}

static void expire(struct cpu_timer *t)
{
	t->expires = 0;
	t->fn(t);
}

void cpu_timer_arm(struct cpu_timer *t, u64 expires)
{
	struct cpu_timers *timers = timers_of(t);
	irqstate s = spin_lock_irqsave(&timers->lock);

	(void)atomic_or(&t->clock.process->cpu_watch, CPU_WATCH_TIMERS);	/* A */
	t->expires = expires;
	if (cpu_clock_read(&t->clock) >= expires)				/* B */
		expire(t);
	else
		list_add_tail(&timers->list, &t->link);
	spin_unlock_irqrestore(&timers->lock, s);
}

void cpu_timer_disarm(struct cpu_timer *t)
{
	struct cpu_timers *timers = timers_of(t);
	irqstate s = spin_lock_irqsave(&timers->lock);

	list_del(&t->link);
	t->expires = 0;
	if (list_empty(&timers->list))
		(void)atomic_and(&t->clock.process->cpu_watch, ~CPU_WATCH_TIMERS);
	spin_unlock_irqrestore(&timers->lock, s);
}

u64 cpu_timer_expires(struct cpu_timer *t)
{
	irqstate s = spin_lock_irqsave(&timers_of(t)->lock);
	u64 expires = t->expires;

	spin_unlock_irqrestore(&timers_of(t)->lock, s);
	return expires;
}

static void run_timers(struct process *p)
{
	irqstate s = spin_lock_irqsave(&p->cpu_timers.lock);
	struct list due = LIST_INIT(due);
	struct cpu_timer *t, *next;

	list_for_each_safe(t, next, &p->cpu_timers.list, link)
		if (cpu_clock_read(&t->clock) >= t->expires)
			list_move_tail(&due, &t->link);
	while (!list_empty(&due)) {
		t = list_first(&due, struct cpu_timer, link);
		list_del(&t->link);
		expire(t);
	}
	if (list_empty(&p->cpu_timers.list))
		(void)atomic_and(&p->cpu_watch, ~CPU_WATCH_TIMERS);
	spin_unlock_irqrestore(&p->cpu_timers.lock, s);
}

/* ---- Limits ---- */

void cpu_limits_changed(struct process *p)
{
	if (READ_ONCE(p->limits[RLIMIT_CPU].soft) != RLIM_INFINITY || READ_ONCE(p->limits[RLIMIT_RTTIME].soft) != RLIM_INFINITY)
		(void)atomic_or(&p->cpu_watch, CPU_WATCH_LIMITS);
}

/* SIGKILL at the hard limit; at the soft one SIGXCPU, and again each `step` of the limit's unit later (setrlimit(2)). */
static void check_limit(struct process *p, enum rlimit_resource r, u64 used, u64 step)
{
	struct rlimit *limit = &p->limits[r];
	u64 soft = READ_ONCE(limit->soft);

	if (soft == RLIM_INFINITY || used < soft)
		return;
	if (used >= READ_ONCE(limit->hard)) {
		(void)!signal_send_process(p, SIGKILL, NULL);
		return;
	}
	WRITE_ONCE(limit->soft, soft + step);
	(void)!signal_send_process(p, SIGXCPU, NULL);
}

static void check_limits(struct process *p)
{
	u64 user, system;

	if (READ_ONCE(p->limits[RLIMIT_CPU].soft) != RLIM_INFINITY) {
		process_cpu_times(p, &user, &system);
		check_limit(p, RLIMIT_CPU, (user + system) / NS_PER_SEC, 1);
	}
	if (current->rt_ns != 0)	/* a limit of 0 does not concern who never ran at a real-time policy */
		check_limit(p, RLIMIT_RTTIME, READ_ONCE(current->rt_ns) / NS_PER_USEC, NS_PER_SEC / NS_PER_USEC);
}

void cpu_time_work(void)
{
	struct process *p = current->process;
	int watch;

	(void)atomic_and(&current->work, ~WORK_CPU_TIME);
	watch = atomic_read(&p->cpu_watch);
	itimer_tick(p);
	if (watch & CPU_WATCH_LIMITS)
		check_limits(p);
	if (watch & CPU_WATCH_TIMERS)
		run_timers(p);
}
