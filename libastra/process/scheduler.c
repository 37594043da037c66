/* The scheduler's calls for processes and threads by number. */
#include <errno.h>
#include <sched.h>
#include <string.h>

#include "syscall.h"

int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)
{
	return (int)__sysret(sys(sched_setscheduler, pid, policy, param));
}

int sched_getscheduler(pid_t pid)
{
	return (int)__sysret(sys(sched_getscheduler, pid));
}

int sched_setparam(pid_t pid, const struct sched_param *param)
{
	return (int)__sysret(sys(sched_setparam, pid, param));
}

int sched_getparam(pid_t pid, struct sched_param *param)
{
	return (int)__sysret(sys(sched_getparam, pid, param));
}

int sched_get_priority_max(int policy)
{
	return (int)__sysret(sys(sched_get_priority_max, policy));
}

int sched_get_priority_min(int policy)
{
	return (int)__sysret(sys(sched_get_priority_min, policy));
}

int sched_rr_get_interval(pid_t pid, struct timespec *interval)
{
	return (int)__sysret(sys(sched_rr_get_interval, pid, interval));
}

int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
	return (int)__sysret(sys(sched_setaffinity, pid, size, set));
}

/* The kernel says how many bytes it wrote. */
int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
	long result = __sysret(sys(sched_getaffinity, pid, size, set));

	if (result < 0)
		return -1;
	memset((char *)set + result, 0, size - (size_t)result);
	return 0;
}

int sched_getcpu(void)
{
	unsigned cpu;

	return __sysret(sys(getcpu, &cpu, 0, 0)) < 0 ? -1 : (int)cpu;
}

int __sched_cpu_count(size_t size, const cpu_set_t *set)
{
	int count = 0;

	for (size_t i = 0; i < size / sizeof(long); i++)
		count += __builtin_popcountl(set->__bits[i]);
	return count;
}
