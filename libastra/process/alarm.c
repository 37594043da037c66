/* Alarms of the process: alarm, the interval timers, and the timers of timer_create, all the kernel's own. */
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "syscall.h"

unsigned int alarm(unsigned int seconds)
{
	return (unsigned int)sys(alarm, seconds);
}

int getitimer(int which, struct itimerval *value)
{
	return (int)__sysret(sys(getitimer, which, value));
}

int setitimer(int which, const struct itimerval *restrict value, struct itimerval *restrict old)
{
	return (int)__sysret(sys(setitimer, which, value, old));
}

/* The kernel numbers a process's timers from 0. */
int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict timer)
{
	int number;
	long result = sys(timer_create, clock, event, &number);

	if (result >= 0)
		*timer = (timer_t)(intptr_t)number;
	return (int)__sysret(result);
}

static int number_of(timer_t timer)
{
	return (int)(intptr_t)timer;
}

int timer_settime(timer_t timer, int flags, const struct itimerspec *restrict value, struct itimerspec *restrict old)
{
	return (int)__sysret(sys(timer_settime, number_of(timer), flags, value, old));
}

int timer_gettime(timer_t timer, struct itimerspec *value)
{
	return (int)__sysret(sys(timer_gettime, number_of(timer), value));
}

int timer_getoverrun(timer_t timer)
{
	return (int)__sysret(sys(timer_getoverrun, number_of(timer)));
}

int timer_delete(timer_t timer)
{
	return (int)__sysret(sys(timer_delete, number_of(timer)));
}
