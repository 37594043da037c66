/* The wall clock in microseconds. */
#ifndef _SYS_TIME_H
#define _SYS_TIME_H

#include <features.h>
#include <sys/select.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

#define ITIMER_REAL    0	/* SIGALRM by the wall */
#define ITIMER_VIRTUAL 1	/* SIGVTALRM by time in user mode */
#define ITIMER_PROF    2	/* SIGPROF by all time on a processor */

struct itimerval {
	struct timeval it_interval;	/* 0: once */
	struct timeval it_value;	/* 0: not armed */
};

/* The process's three interval timers; 0, or -1 with errno EINVAL. */
int getitimer(int which, struct itimerval *value);
int setitimer(int which, const struct itimerval *restrict value, struct itimerval *restrict old);

/* The time since 1970-01-01 UTC; zone must be NULL or is ignored. Returns 0. */
int gettimeofday(struct timeval *restrict tv, void *restrict zone);
/* A file's times, access and modification; times NULL: now. 0, or -1 with errno. */
int utimes(const char *path, const struct timeval times[2]);
int lutimes(const char *path, const struct timeval times[2]);
int futimes(int fd, const struct timeval times[2]);

/* Arithmetic of times with 0 <= tv_usec < 1000000, as the results are: timeradd(3). */
#define timerisset(t)      ((t)->tv_sec || (t)->tv_usec)
#define timerclear(t)      ((void)((t)->tv_sec = (t)->tv_usec = 0))
#define timercmp(a, b, op) ((a)->tv_sec == (b)->tv_sec ? (a)->tv_usec op (b)->tv_usec : (a)->tv_sec op (b)->tv_sec)
#define timeradd(a, b, sum)                                        \
	do {                                                       \
		(sum)->tv_sec = (a)->tv_sec + (b)->tv_sec;         \
		(sum)->tv_usec = (a)->tv_usec + (b)->tv_usec;      \
		if ((sum)->tv_usec >= 1000000) {                   \
			(sum)->tv_sec++;                           \
			(sum)->tv_usec -= 1000000;                 \
		}                                                  \
	} while (0)
#define timersub(a, b, difference)                                     \
	do {                                                           \
		(difference)->tv_sec = (a)->tv_sec - (b)->tv_sec;      \
		(difference)->tv_usec = (a)->tv_usec - (b)->tv_usec;   \
		if ((difference)->tv_usec < 0) {                       \
			(difference)->tv_sec--;                        \
			(difference)->tv_usec += 1000000;              \
		}                                                      \
	} while (0)

__ASTRA_END_DECLS

#endif
