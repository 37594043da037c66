/*
 * Clocks of CPU time (clock_getcpuclockid(3)) and timers on them; the limits RLIMIT_CPU and RLIMIT_RTTIME.
 *
 *  - Such a clock is a process's or a thread's, and counts what it spent on CPUs: user and system, or user alone.
 *  - A timer is looked at by the threads that make its clock go: whenever one of them was charged with time, on its way to ring 3
 *    (WORK_CPU_TIME), which is at each tick (4 ms) at least. process->cpu_watch says whether there is anything to look at.
 *  - A timer holds references to what it watches; when that ends, the clock stands still and the timer never expires.
 */
#ifndef SCHED_CPU_TIMER_H
#define SCHED_CPU_TIMER_H

#include "lib/list.h"
#include "lib/types.h"
#include "sched/lock.h"

struct process;
struct task;

enum cpu_clock_kind { CPU_CLOCK_BOTH, CPU_CLOCK_USER, CPU_CLOCK_SCHED };

struct cpu_clock {
	struct process *process;	/* [I] holds a reference */
	struct task *task;		/* [I] one of its threads, with a reference; NULL: all of them */
	enum cpu_clock_kind kind;	/* [I] */
};

/* Bits of process->cpu_watch. Those of the interval timers are 1 << enum itimer_which. */
#define CPU_WATCH_LIMITS 8
#define CPU_WATCH_TIMERS 16

struct cpu_timers {
	struct spinlock lock;		/* RANK_CPU_TIMERS, irq */
	struct list list;		/* [lock] struct cpu_timer of this process's and its threads' clocks, in no order */
};

/* Letters: [l] lock of clock.process's timers, [I] immutable. */
struct cpu_timer {
	struct list link;		/* [l] */
	struct cpu_clock clock;		/* [I] */
	u64 expires;			/* [l] ns of the clock; 0: not armed */
	void (*fn)(struct cpu_timer *t);	/* [I] under the lock, interrupts off; may call cpu_timer_rearm */
};

void cpu_timers_init(struct cpu_timers *t);

/*
 * The clock that a number names: 0, or -EINVAL when there is none by it. CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, and negative
 * numbers: any process's, and those of the threads of the current process.
 */
int cpu_clock_get(int number, struct cpu_clock *c);
void cpu_clock_put(struct cpu_clock *c);
u64 cpu_clock_read(const struct cpu_clock *c);	/* ns */

void process_cpu_times(struct process *p, u64 *user, u64 *system);	/* of all its threads, live and ended, up to this moment; ns */

/* `c` with its references becomes the timer's, until cpu_timer_destroy, which disarms it. Task context. */
void cpu_timer_init(struct cpu_timer *t, const struct cpu_clock *c, void (*fn)(struct cpu_timer *t));
void cpu_timer_destroy(struct cpu_timer *t);

/* Expire when the clock shows `expires` (> 0), at once when it does already. Not armed before. Task context. */
void cpu_timer_arm(struct cpu_timer *t, u64 expires);
void cpu_timer_rearm(struct cpu_timer *t, u64 expires);	/* from the callback */
void cpu_timer_disarm(struct cpu_timer *t);		/* on return the callback is not running */
u64 cpu_timer_expires(struct cpu_timer *t);		/* 0: not armed */

/* On the way to ring 3 with WORK_CPU_TIME set: timers and limits of the current task. Interrupts on. */
void cpu_time_work(void);

/* p's RLIMIT_CPU or RLIMIT_RTTIME may be finite now. */
void cpu_limits_changed(struct process *p);

#endif
