/* Seconds to calendar and back, proleptic Gregorian, UTC. */
#include <errno.h>
#include <limits.h>
#include <time.h>

#define DAY 86400l

/* Days since 1970-01-01 of a date; month 0 … 11 counts from March in the inner formula, so that leap days come last. */
static long days_of(long year, int month, int day)
{
	long era, day_of_year;

	month -= 2;
	if (month < 0) {
		month += 12;
		year--;
	}
	era = (year >= 0 ? year : year - 399) / 400;
	year -= era * 400;
	day_of_year = (153l * month + 2) / 5 + day - 1;
	return era * 146097 + year * 365 + year / 4 - year / 100 + day_of_year - 719468;
}

struct tm *gmtime_r(const time_t *restrict time, struct tm *restrict tm)
{
	long days = *time / DAY, seconds = *time % DAY, era, year, day, month;

	if (seconds < 0) {
		seconds += DAY;
		days--;
	}
	tm->tm_hour = (int)(seconds / 3600);
	tm->tm_min = (int)(seconds / 60 % 60);
	tm->tm_sec = (int)(seconds % 60);
	tm->tm_wday = (int)((days % 7 + 11) % 7);

	day = days + 719468;
	era = (day >= 0 ? day : day - 146096) / 146097;
	day -= era * 146097;
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= year * 365 + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	tm->tm_mday = (int)(day - (153 * month + 2) / 5 + 1);
	year += era * 400 + (month >= 10);
	if (year - 1900 > INT_MAX || year - 1900 < INT_MIN) {
		errno = EOVERFLOW;
		return NULL;
	}
	tm->tm_mon = (int)(month < 10 ? month + 2 : month - 10);
	tm->tm_year = (int)(year - 1900);
	tm->tm_yday = (int)(days - days_of(year, 0, 1));
	tm->tm_isdst = 0;
	tm->tm_gmtoff = 0;
	tm->tm_zone = "UTC";
	return tm;
}

time_t timegm(struct tm *tm)
{
	long year = tm->tm_year + 1900l + tm->tm_mon / 12;
	int month = tm->tm_mon % 12;
	time_t time;

	if (month < 0) {
		month += 12;
		year--;
	}
	time = (days_of(year, month, 1) + tm->tm_mday - 1) * DAY + tm->tm_hour * 3600l + tm->tm_min * 60l + tm->tm_sec;
	return gmtime_r(&time, tm) ? time : -1;
}

static struct tm shared;

struct tm *gmtime(const time_t *time)
{
	return gmtime_r(time, &shared);
}
