/*
 * Points of time as people write them, for date -d and touch -d and -t. Dates without a zone are local time. What is not
 * understood is refused: words like "yesterday" are.
 */
#ifndef WHEN_H
#define WHEN_H

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Exactly `digits` digits at *p, which moves behind them; -1 when they are not there. */
static int when_number(const char **p, int digits)
{
	int value = 0;

	while (digits--) {
		if (!isdigit((unsigned char)**p))
			return -1;
		value = value * 10 + *(*p)++ - '0';
	}
	return value;
}

/* The fraction of a second behind a point or comma, if there is one, in nanoseconds. */
static long when_fraction(const char **p)
{
	long unit = 100000000, value = 0;

	if ((**p != '.' && **p != ',') || !isdigit((unsigned char)(*p)[1]))
		return 0;
	for (++*p; isdigit((unsigned char)**p); ++*p, unit /= 10)
		value += (**p - '0') * unit;
	return value;
}

/* Turns the fields into seconds since 1970; refuses those that mktime would carry over, like February 30. */
static bool when_seconds(struct tm *tm, bool utc, time_t *out)
{
	struct tm asked = *tm;

	tm->tm_isdst = -1;
	*out = utc ? timegm(tm) : mktime(tm);
	return asked.tm_mday == tm->tm_mday && asked.tm_mon == tm->tm_mon && asked.tm_min == tm->tm_min &&
	       (asked.tm_sec == tm->tm_sec || asked.tm_sec == 60);
}

/* "Z", "UTC", "+HH:MM", "+HHMM" or "+HH"; *utc is set when one is there, *offset is what it is ahead of UTC in seconds. */
static bool when_zone(const char **p, bool *utc, long *offset)
{
	int hours, minutes = 0, sign;

	*offset = 0;
	while (**p == ' ')
		++*p;
	if (!strncmp(*p, "UTC", 3) || !strncmp(*p, "GMT", 3) || **p == 'Z') {
		*p += **p == 'Z' ? 1 : 3;
		*utc = true;
	} else if (**p == '+' || **p == '-') {
		sign = *(*p)++ == '-' ? -1 : 1;
		hours = when_number(p, 2);
		*p += **p == ':';
		if (isdigit((unsigned char)**p))
			minutes = when_number(p, 2);
		if (hours < 0 || hours > 24 || minutes < 0 || minutes > 59)
			return false;
		*offset = sign * (hours * 3600L + minutes * 60L);
		*utc = true;
	}
	return !**p;
}

/* HH:MM[:SS[.FRACTION]] into the fields. */
static bool when_clock(const char **p, struct tm *tm, long *nanoseconds)
{
	tm->tm_hour = when_number(p, 2);
	if (tm->tm_hour < 0 || tm->tm_hour > 23 || *(*p)++ != ':')
		return false;
	tm->tm_min = when_number(p, 2);
	if (tm->tm_min < 0 || tm->tm_min > 59)
		return false;
	if (**p == ':') {
		++*p;
		tm->tm_sec = when_number(p, 2);
		*nanoseconds = when_fraction(p);
	}
	return tm->tm_sec >= 0 && tm->tm_sec <= 60;
}

/* @SECONDS[.FRACTION] */
static bool when_epoch(const char *text, struct timespec *out)
{
	const char *p;
	char *end;

	out->tv_sec = strtol(text, &end, 10);
	p = end;
	out->tv_nsec = when_fraction(&p);
	if (*text == '-' && out->tv_nsec) {
		out->tv_sec--;
		out->tv_nsec = 1000000000 - out->tv_nsec;
	}
	return end != text && !*p;
}

/* "now", "@SECONDS", "YYYY-MM-DD", "HH:MM[:SS]" (today) or both with a blank or T between them, and a zone. */
static __attribute__((unused)) bool parse_when(const char *text, struct timespec *out)
{
	bool utc = false, is_date = strlen(text) > 4 && text[4] == '-';
	struct tm tm = { 0 };
	time_t now = time(NULL);
	long offset;

	if (*text == '@')
		return when_epoch(text + 1, out);
	if (!strcmp(text, "now"))
		return clock_gettime(CLOCK_REALTIME, out) == 0;
	localtime_r(&now, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	out->tv_nsec = 0;
	if (is_date) {
		tm.tm_year = when_number(&text, 4) - 1900;
		text++;
		tm.tm_mon = when_number(&text, 2) - 1;
		if (tm.tm_year < -1900 || tm.tm_mon < 0 || tm.tm_mon > 11 || *text++ != '-')
			return false;
		tm.tm_mday = when_number(&text, 2);
		if (tm.tm_mday < 1)
			return false;
	}
	if (is_date && (*text == ' ' || *text == 'T') && isdigit((unsigned char)text[1]))
		text++;
	if ((!is_date || isdigit((unsigned char)*text)) && !when_clock(&text, &tm, &out->tv_nsec))
		return false;
	if (!when_zone(&text, &utc, &offset) || !when_seconds(&tm, utc, &out->tv_sec))
		return false;
	out->tv_sec -= offset;
	return true;
}

/* touch's [[CC]YY]MMDDhhmm[.SS]; years 69 to 99 are those of 1900. */
static __attribute__((unused)) bool parse_stamp(const char *text, struct timespec *out)
{
	size_t digits = strspn(text, "0123456789");
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	tm.tm_sec = 0;
	if (digits == 12) {
		tm.tm_year = when_number(&text, 4) - 1900;
	} else if (digits == 10) {
		tm.tm_year = when_number(&text, 2);
		tm.tm_year += tm.tm_year < 69 ? 100 : 0;
	} else if (digits != 8) {
		return false;
	}
	tm.tm_mon = when_number(&text, 2) - 1;
	tm.tm_mday = when_number(&text, 2);
	tm.tm_hour = when_number(&text, 2);
	tm.tm_min = when_number(&text, 2);
	if (*text == '.') {
		text++;
		tm.tm_sec = when_number(&text, 2);
	}
	if (*text || tm.tm_mon < 0 || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec < 0 || tm.tm_sec > 60)
		return false;
	out->tv_nsec = 0;
	return when_seconds(&tm, false, &out->tv_sec);
}

#endif
