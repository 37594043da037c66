/* When memory is out (oom.c). */
#ifndef SCHED_OOM_H
#define SCHED_OOM_H

#include "sched/process.h"

/*
 * Kill the process with the most resident memory, but pid 1, unless one is dying already; a line in the log. Returns at
 * once: the memory comes back when the victim has exited. Task context, no spinlock held.
 */
void oom_kill(void);

/* How likely p is to be chosen (/proc/PID/oom_score): 0 never, 666 for one without memory, 1333 for one that has it all or nearly. */
unsigned oom_score(const struct process *p) REQUIRES(tasks_lock);

#endif
