/*
 * Scheduling, CPUs, clocks and names of running threads: the kernel's calls by the thread's number, which kill_lock keeps valid.
 * A thread that has ended is ESRCH.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "thread_impl.h"

#define NAME_SIZE   16
#define PR_SET_NAME 15
#define PR_GET_NAME 16

/* Its number, with kill_lock held until unpin(); 0 when it has ended. */
static int pin(struct __pthread *thread, unsigned long *mask)
{
	*mask = block_signals();
	lock_acquire(&thread->kill_lock);
	return thread->gone ? 0 : thread->tid;
}

static void unpin(struct __pthread *thread, unsigned long mask)
{
	lock_release(&thread->kill_lock);
	restore_signals(mask);
}

int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *param)
{
	unsigned long mask;
	int tid = pin(thread, &mask);
	long result = tid ? sys(sched_setscheduler, tid, policy, param) : -ESRCH;

	unpin(thread, mask);
	return (int)-result;
}

int pthread_getschedparam(pthread_t thread, int *restrict policy, struct sched_param *restrict param)
{
	unsigned long mask;
	int tid = pin(thread, &mask);
	long result = tid ? sys(sched_getscheduler, tid) : -ESRCH;

	if (result >= 0) {
		*policy = (int)result;
		result = sys(sched_getparam, tid, param);
	}
	unpin(thread, mask);
	return result < 0 ? (int)-result : 0;
}

int pthread_setschedprio(pthread_t thread, int priority)
{
	struct sched_param param = { .sched_priority = priority };
	unsigned long mask;
	int tid = pin(thread, &mask);
	long result = tid ? sys(sched_setparam, tid, &param) : -ESRCH;

	unpin(thread, mask);
	return (int)-result;
}

static int concurrency;		/* a hint that one kernel thread for each thread makes pointless; only remembered */

int pthread_setconcurrency(int level)
{
	if (level < 0)
		return EINVAL;
	__atomic_store_n(&concurrency, level, __ATOMIC_RELAXED);
	return 0;
}

int pthread_getconcurrency(void)
{
	return __atomic_load_n(&concurrency, __ATOMIC_RELAXED);
}

int pthread_setaffinity_np(pthread_t thread, size_t size, const cpu_set_t *set)
{
	unsigned long mask;
	int tid = pin(thread, &mask);
	long result = tid ? sys(sched_setaffinity, tid, size, set) : -ESRCH;

	unpin(thread, mask);
	return (int)-result;
}

int pthread_getaffinity_np(pthread_t thread, size_t size, cpu_set_t *set)
{
	unsigned long mask;
	int tid = pin(thread, &mask);
	long result = tid ? sys(sched_getaffinity, tid, size, set) : -ESRCH;

	unpin(thread, mask);
	if (result < 0)
		return (int)-result;
	memset((char *)set + result, 0, size - (size_t)result);
	return 0;
}

/* The kernel's encoding: the complement of the number, and in the low bits "this thread's scheduling clock". */
int pthread_getcpuclockid(pthread_t thread, clockid_t *clock)
{
	int tid = __atomic_load_n(&thread->tid, __ATOMIC_RELAXED);

	if (!tid)
		return ESRCH;
	*clock = (clockid_t)(~(unsigned)tid << 3 | 6);
	return 0;
}

/* The file of a thread's name; -errno. */
static long open_name(struct __pthread *thread, int flags)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/self/task/%d/comm", thread->tid);
	return sys(open, path, flags | O_CLOEXEC, 0);
}

int pthread_setname_np(pthread_t thread, const char *name)
{
	size_t length = strnlen(name, NAME_SIZE);
	long fd, result;

	if (length >= NAME_SIZE)
		return ERANGE;
	if (thread == &__thread_self)
		return (int)-sys(prctl, PR_SET_NAME, name, 0, 0, 0);
	fd = open_name(thread, O_WRONLY);
	if (fd < 0)
		return (int)-fd;
	result = sys(write, fd, name, length);
	sys(close, fd);
	return result < 0 ? (int)-result : 0;
}

int pthread_getname_np(pthread_t thread, char *name, size_t size)
{
	long fd, result;

	if (size < NAME_SIZE)
		return ERANGE;
	if (thread == &__thread_self)
		return (int)-sys(prctl, PR_GET_NAME, name, 0, 0, 0);
	fd = open_name(thread, O_RDONLY);
	if (fd < 0)
		return (int)-fd;
	result = sys(read, fd, name, size - 1);
	sys(close, fd);
	if (result < 0)
		return (int)-result;
	name[result && name[result - 1] == '\n' ? result - 1 : result] = '\0';
	return 0;
}
