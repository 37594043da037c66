/* When memory is out (oom.c). */
#ifndef SCHED_OOM_H
#define SCHED_OOM_H

/*
 * Kill the process with the most resident memory, but pid 1, unless one is dying already; a line in the log. Returns at
 * once: the memory comes back when the victim has exited. Task context, no spinlock held.
 */
void oom_kill(void);

#endif
