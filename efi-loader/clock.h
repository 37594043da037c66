/*
 * Calendar to seconds. Generic code.
 */
#ifndef EFI_LOADER_CLOCK_H
#define EFI_LOADER_CLOCK_H

#include <stdint.h>

/* A date and time of day in UTC; month and day count from 1, year 1970 .. 9999. */
struct calendar_time {
	unsigned int year, month, day, hour, minute, second;
};

/* Seconds since 1970-01-01 00:00:00 UTC, or 0 when a field is out of its range. */
uint64_t clock_seconds(const struct calendar_time *time);

#endif
