/*
 * Where the kernel spends its time: the timer interrupt counts what it interrupted, and /proc/astra_profile shows the counts with
 * symbols. Off until "1" is written to that file, or the word `profile` stands on the command line.
 */
#ifndef TRACE_PROFILE_H
#define TRACE_PROFILE_H

#include "arch/arch.h"
#include "lib/atomic.h"

#define PROFILE_PERIOD_NS (1000 * 1000ull)	/* between two samples of a CPU that does not idle */

extern bool profile_on;			/* [a] */

/* From the timer interrupt, after sched_tick, interrupts off: count, and ask for the next sample. */
void profile_sample(u64 program_counter, bool user, u64 now);

static inline void profile_tick(u64 program_counter, bool user, u64 now)
{
	if (unlikely(READ_ONCE(profile_on)))
		profile_sample(program_counter, user, now);
}

void profile_init(void);		/* boot: obey the command line */

/* Count from 0 on, or stop; the counts stay to be read. 0 or -ENOMEM. Task context. */
int profile_set(bool on);

/*
 * Call `fn` for each function that was met, in the order of addresses, then for ring 3 with the name "(user)". While it runs, samples
 * go on. Nothing is called when nobody ever profiled.
 */
void profile_for_each(void (*fn)(void *arg, const char *name, u64 count), void *arg);

#endif
