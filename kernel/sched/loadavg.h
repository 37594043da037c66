/*
 * Load averages: how many tasks run or wait for a CPU, averaged over 1, 5 and 15 minutes with exponential decay. A machine
 * that is idle takes no samples: the samples that nobody took were of no load, and are counted when somebody looks. Any context.
 */
#ifndef SCHED_LOADAVG_H
#define SCHED_LOADAVG_H

#include "lib/atomic.h"
#include "lib/types.h"

#define LOAD_SHIFT 16		/* a load of 1 is 1 << LOAD_SHIFT, as sysinfo(2) has it */

extern u64 loadavg_due;		/* [a] clock_now() of the next sample */
void loadavg_sample(u64 now);

/* From a busy CPU's tick, and when it changes from one task to another: those that change often may see no tick. */
static inline void loadavg_tick(u64 now)
{
	if (unlikely(now >= READ_ONCE(loadavg_due)))
		loadavg_sample(now);
}

/* The averages over 1, 5 and 15 minutes, in units of 1 >> LOAD_SHIFT. */
void loadavg_get(u64 loads[3]);

#endif
