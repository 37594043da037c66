/*
 * Calendar to seconds in the Gregorian calendar; see clock.h. Owns no state; callable from any context.
 */
#include <stdbool.h>

#include "clock.h"

static bool is_leap(unsigned int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned int days_of_month(unsigned int month, unsigned int year)
{
	static const uint8_t days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

static bool is_valid(const struct calendar_time *time)
{
	return time->year >= 1970 && time->year <= 9999 && time->month >= 1 && time->month <= 12 && time->day >= 1 &&
	       time->day <= days_of_month(time->month, time->year) && time->hour < 24 && time->minute < 60 &&
	       time->second < 60;
}

uint64_t clock_seconds(const struct calendar_time *time)
{
	uint64_t days;

	if (!is_valid(time))
		return 0;
	days = time->day - 1;
	for (unsigned int year = 1970; year < time->year; year++)
		days += 365 + is_leap(year);
	for (unsigned int month = 1; month < time->month; month++)
		days += days_of_month(month, time->year);
	return ((days * 24 + time->hour) * 60 + time->minute) * 60 + time->second;
}
