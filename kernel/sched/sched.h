/* What the scheduler's own files share. */
#ifndef SCHED_SCHED_H
#define SCHED_SCHED_H

#include "lib/types.h"

void timer_init_cpu(unsigned cpu);

/* The scheduler's next tick on this CPU; TIME_NEVER: none. Interrupts off. */
void timer_set_tick(u64 deadline);

#endif
