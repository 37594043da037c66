/*
 * Clocks and sleeping. The clock is read by the vDSO, which enters the kernel only where it must; the first reading finds it, and
 * threads that read at once find the same. errno of the caller is left alone unless the reading fails.
 */
#include <errno.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "cancel.h"
#include "vdso.h"

typedef int (*read_fn)(clockid_t clock, struct timespec *time);	/* 0 or -errno */

static int find_and_read(clockid_t clock, struct timespec *time);

static _Atomic(read_fn) read_clock = find_and_read;

static int read_by_call(clockid_t clock, struct timespec *time)
{
	return (int)sys(clock_gettime, clock, time);
}

static int find_and_read(clockid_t clock, struct timespec *time)
{
	int error = errno;
	read_fn found = (read_fn)__vdso_function("__vdso_clock_gettime");

	errno = error;
	if (!found)
		found = read_by_call;
	atomic_store_explicit(&read_clock, found, memory_order_relaxed);
	return found(clock, time);
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
	return (int)__sysret(atomic_load_explicit(&read_clock, memory_order_relaxed)(clock, time));
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
