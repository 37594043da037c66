/*
 * The counters of a PC that the clock can run on, and the calendar clock. All of it is set up once, by clock_init on
 * the boot CPU before interrupts run; reading is allowed in any context afterwards.
 */
#ifndef ARCH_X86_64_CLOCK_SOURCES_H
#define ARCH_X86_64_CLOCK_SOURCES_H

#include "lib/types.h"
#include "sched/clock.h"

/* The sources themselves: NULL when the machine has none that works. */
const struct clock_source *hpet_init(u64 physical);
const struct clock_source *pit_init(void);
void pit_know_tsc(u64 frequency);	/* Hz, roughly; 0: it has none. Before anybody but tsc_init reads the PIT */

/* Measured against `reference` (may be NULL: only what the processor says of itself). NULL when nothing is known. */
const struct clock_source *tsc_init(const struct clock_source *reference);
bool tsc_trusted(void);			/* constant rate, as far as one can tell */

u64 rtc_read(u8 century_register);	/* seconds since 1970-01-01 UTC; 0 when it holds no valid date. Boot CPU */

#endif
