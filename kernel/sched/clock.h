/*
 * Time. The monotonic clock counts nanoseconds since boot and never steps back on any CPU; its source is the TSC, the
 * HPET or the PIT (clock.c chooses; `clock=` forces). Any context.
 */
#ifndef SCHED_CLOCK_H
#define SCHED_CLOCK_H

#include "lib/types.h"

#define TIME_NEVER UINT64_MAX

/* now + ns, at most just below TIME_NEVER. */
static inline u64 deadline_after(u64 now, u64 ns)
{
	return ns > TIME_NEVER - 1 - now ? TIME_NEVER - 1 : now + ns;
}

struct clock_source {
	const char *name;		/* "tsc", "hpet", "pit" */
	u64 (*read)(void);		/* ticks, never stepping back */
	u64 frequency;			/* Hz */
	bool ring3;			/* it is the TSC, which programs can read themselves */
	u64 max_gap;			/* ns: must be read at least this often, or it loses turns; 0: never mind */
	/* NULL, or: the same source with its frequency better known, a while after it went into service; NULL: no better. */
	const struct clock_source *(*refine)(void);
};

u64 clock_now(void);			/* ns since boot; 0 before a source is set */
u64 clock_realtime(void);		/* ns since 1970-01-01 UTC */
void clock_set_realtime(u64 ns);	/* what it is now */

/* Boot: take a source into service; the count goes on from where it was. `source` lives forever. */
void clock_set_source(const struct clock_source *source);
const struct clock_source *clock_source(void);	/* NULL before the first one */

/*
 * Boot, by arch_clock_init: choose the clock's source and start it, measure the TSC, read the calendar clock. After
 * acpi_init and kmap_init. `forced` is "tsc", "hpet" or "pit" to insist on one (any other word is logged and ignored),
 * or NULL. Panics when the machine has no counter at all. clock_start_upkeep() follows as soon as timers work.
 */
void clock_init(const char *forced);

u64 clock_tsc_frequency(void);			/* of the processor's time-stamp counter: Hz; 0 when it could not be measured */

/*
 * Keep a page of clock data (abi/vdso_data.h) up to date from now on, for programs to read. Boot, once.
 */
struct vdso_data;
void clock_publish(struct vdso_data *page);

/* Wait without interrupts, for hardware that needs it during bring-up. After clock_init. */
void clock_calibrate_delay(u64 ns);

/*
 * Boot, once timers work on this CPU: keep a source that turns over (max_gap) from losing turns while nobody asks, and
 * refine the frequency of one that can, once.
 */
void clock_start_upkeep(void);
void clock_boot_realtime(u64 seconds);	/* from the RTC or firmware */

#endif
