/* The numbers of clocks (clock_gettime(2)), and which of them show the calendar time, which can be set. */
#ifndef SCHED_CLOCK_ID_H
#define SCHED_CLOCK_ID_H

#include "lib/types.h"

enum clock_id {
	CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME, CLOCK_THREAD_CPUTIME, CLOCK_MONOTONIC_RAW,
	CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME, CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM,
	CLOCK_TAI = 11,
};

#define TIMER_ABSTIME 1

static inline bool clock_is_calendar(int clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_ALARM || clock == CLOCK_TAI;
}

static inline bool clock_is_cpu_time(int clock)
{
	return clock < 0 || clock == CLOCK_PROCESS_CPUTIME || clock == CLOCK_THREAD_CPUTIME;
}

#endif
