/* Clocks and sleeping. Each reading is a system call. */
#include <errno.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "cancel.h"

int clock_gettime(clockid_t clock, struct timespec *time)
{
	return (int)__sysret(sys(clock_gettime, clock, time));
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
	return (int)__sysret(sys(clock_getres, clock, resolution));
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *remaining)
{
	return (int)-sys_cancel(clock_nanosleep, clock, flags, request, remaining);
}

int nanosleep(const struct timespec *request, struct timespec *remaining)
{
	return (int)__sysret(sys_cancel(nanosleep, request, remaining));
}

unsigned int sleep(unsigned int seconds)
{
	struct timespec left = { .tv_sec = seconds };

	if (nanosleep(&left, &left) == 0)
		return 0;
	return (unsigned int)left.tv_sec + (left.tv_nsec >= 500000000);
}

int usleep(unsigned int microseconds)
{
	struct timespec time = { microseconds / 1000000, microseconds % 1000000 * 1000l };

	return nanosleep(&time, NULL);
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) < 0)
		return -1;
	tv->tv_sec = now.tv_sec;
	tv->tv_usec = now.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *result)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (result)
		*result = now.tv_sec;
	return now.tv_sec;
}

clock_t clock(void)
{
	struct timespec used;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) < 0)
		return -1;
	return used.tv_sec * CLOCKS_PER_SEC + used.tv_nsec / 1000;
}

double difftime(time_t end, time_t start)
{
	return (double)(end - start);
}

int clock_settime(clockid_t clock, const struct timespec *time)
{
	return (int)__sysret(sys(clock_settime, clock, time));
}

int timespec_get(struct timespec *time, int base)
{
	return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, time) == 0 ? base : 0;
}

/* Linux's numbers of such clocks: the process inverted, and the kind in the low three bits. */
int clock_getcpuclockid(pid_t pid, clockid_t *clock)
{
	clockid_t number = pid ? (clockid_t)(~(unsigned)pid << 3 | 2) : CLOCK_PROCESS_CPUTIME_ID;
	long result = sys(clock_getres, number, 0);

	if (result == -EINVAL)
		return ESRCH;
	if (result < 0)
		return (int)-result;
	*clock = number;
	return 0;
}
