/*
 * The interval timers of setitimer(2): real time (SIGALRM), time in ring 3 (SIGVTALRM), time on a CPU (SIGPROF). They belong to
 * the process; the last two are charged by the scheduler, so they are as fine as its tick (4 ms).
 */
#ifndef SCHED_ITIMER_H
#define SCHED_ITIMER_H

#include "lib/types.h"
#include "sched/process.h"

enum itimer_which { ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF };

/* ns; a value of 0: disarmed. */
struct itimer_setting {
	u64 interval, value;
};

/* Of the current process. `old` may be NULL. Task context. */
void itimer_set(enum itimer_which which, const struct itimer_setting *new, struct itimer_setting *old);
void itimer_get(enum itimer_which which, struct itimer_setting *now);

/* From the scheduler, for a task of process p, with process->cpu_watch not 0: time that it spent. Any context, interrupts off. */
void itimer_charge(struct process *p, u64 ns, bool user);

/* From cpu_time_work, no lock held: send what is due. */
void itimer_tick(struct process *p);

#endif
