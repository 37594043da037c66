/*
 * Clocks and calendar. The local time zone is that of the environment's TZ in POSIX's form, such as
 * "CET-1CEST,M3.5.0,M10.5.0/3", else UTC.
 */
#ifndef _TIME_H
#define _TIME_H

#include <bits/locale_t.h>
#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

struct timespec {
	time_t tv_sec;
	long tv_nsec;		/* 0 … 999999999 */
};

struct tm {
	int tm_sec;		/* 0 … 60 */
	int tm_min;
	int tm_hour;
	int tm_mday;		/* 1 … 31 */
	int tm_mon;		/* 0 … 11 */
	int tm_year;		/* years since 1900 */
	int tm_wday;		/* 0 Sunday … 6 */
	int tm_yday;		/* 0 … 365 */
	int tm_isdst;
	long tm_gmtoff;		/* seconds east of UTC */
	const char *tm_zone;
};

#define CLOCKS_PER_SEC           1000000l
#define CLOCK_REALTIME           0
#define CLOCK_MONOTONIC          1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID  3
#define CLOCK_MONOTONIC_RAW      4
#define CLOCK_REALTIME_COARSE    5
#define CLOCK_MONOTONIC_COARSE   6
#define CLOCK_BOOTTIME           7
#define TIMER_ABSTIME            1

#define TIME_UTC                 1

struct itimerspec {
	struct timespec it_interval;	/* 0: once */
	struct timespec it_value;	/* 0: not armed */
};

struct sigevent;

/* Seconds since 1970-01-01 UTC, also in *result when that is not NULL. */
time_t time(time_t *result);
/* C11's: `base` (TIME_UTC) when it worked, else 0. */
int timespec_get(struct timespec *time, int base);
/* 0, or -1 with errno: EINVAL (clock or tv_nsec), EPERM. */
int clock_settime(clockid_t clock, const struct timespec *time);
/* The clock of a process's time on processors; an error number, ESRCH for no such process. */
int clock_getcpuclockid(pid_t pid, clockid_t *clock);

/*
 * Timers that signal when they expire; event NULL: SIGALRM. flags: TIMER_ABSTIME. 0 (timer_getoverrun: a count), or -1 (EINVAL,
 * EAGAIN).
 */
int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict timer);
int timer_settime(timer_t timer, int flags, const struct itimerspec *restrict value, struct itimerspec *restrict old);
int timer_gettime(timer_t timer, struct itimerspec *value);
int timer_getoverrun(timer_t timer);
int timer_delete(timer_t timer);

/* Processor time of the process in microseconds. */
clock_t clock(void);
double difftime(time_t end, time_t start);
/* A clock's time, and the step of it; 0, or -1 with EINVAL. clock_gettime(2) */
int clock_gettime(clockid_t clock, struct timespec *time);
int clock_getres(clockid_t clock, struct timespec *resolution);
/* Cancellation points. Waits; on a signal returns -1 with EINTR and leaves what was left in remaining. */
int nanosleep(const struct timespec *request, struct timespec *remaining);
/* Waits; returns the error number itself. flags: TIMER_ABSTIME. */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *remaining);

/* The _r forms fill and return *result; the others a static one. NULL with EOVERFLOW outside the years of an int. */
struct tm *gmtime(const time_t *time);
struct tm *gmtime_r(const time_t *restrict time, struct tm *restrict result);
struct tm *localtime(const time_t *time);
struct tm *localtime_r(const time_t *restrict time, struct tm *restrict result);
/* The inverse of localtime and of gmtime; both normalise their argument. */
time_t mktime(struct tm *tm);
time_t timegm(struct tm *tm);
/* The length written without the NUL, or 0 when it did not fit. All conversions of C11 in the C locale, and %s. */
size_t strftime(char *restrict buf, size_t size, const char *restrict format, const struct tm *restrict tm);
/* The inverse: behind the last byte read, or NULL where the text does not fit. Fields without a conversion stay. */
char *strptime(const char *restrict s, const char *restrict format, struct tm *restrict tm);
/* Reads TZ into tzname (standard and summer), timezone (seconds west of Greenwich) and daylight (there is summer time). */
void tzset(void);
extern char *tzname[2];
extern long timezone;
extern int daylight;
/* The text of a moment, "Thu Jan  1 00:00:00 1970" and a newline. The _r forms write to buf, of 26 bytes or more. */
char *asctime_r(const struct tm *restrict tm, char *restrict buf);
char *ctime_r(const time_t *restrict time, char *restrict buf);
char *asctime(const struct tm *tm);
char *ctime(const time_t *time);

size_t strftime_l(char *restrict buf, size_t size, const char *restrict format, const struct tm *restrict tm, locale_t locale);

__ASTRA_END_DECLS

#endif
