/* Attributes of threads to be: kept as they are set, checked when they are set. */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>

#include "thread_impl.h"

#define STACK_SIZE (8ul << 20)		/* what the initial thread has, too */
#define GUARD_SIZE 4096ul

int pthread_attr_init(pthread_attr_t *attributes)
{
	*attributes = (pthread_attr_t){ .__stack_size = STACK_SIZE, .__guard_size = GUARD_SIZE };
	return 0;
}

int pthread_attr_destroy(pthread_attr_t *attributes)
{
	return 0;
}

int pthread_attr_setdetachstate(pthread_attr_t *attributes, int state)
{
	if (state != PTHREAD_CREATE_JOINABLE && state != PTHREAD_CREATE_DETACHED)
		return EINVAL;
	attributes->__detached = state;
	return 0;
}

int pthread_attr_getdetachstate(const pthread_attr_t *attributes, int *state)
{
	*state = attributes->__detached;
	return 0;
}

int pthread_attr_setstacksize(pthread_attr_t *attributes, size_t size)
{
	if (size < PTHREAD_STACK_MIN)
		return EINVAL;
	attributes->__stack_size = size;
	return 0;
}

int pthread_attr_getstacksize(const pthread_attr_t *restrict attributes, size_t *restrict size)
{
	*size = attributes->__stack_size;
	return 0;
}

int pthread_attr_setguardsize(pthread_attr_t *attributes, size_t size)
{
	attributes->__guard_size = size;
	return 0;
}

int pthread_attr_getguardsize(const pthread_attr_t *restrict attributes, size_t *restrict size)
{
	*size = attributes->__guard_size;
	return 0;
}

int pthread_attr_setstack(pthread_attr_t *attributes, void *lowest, size_t size)
{
	if (size < PTHREAD_STACK_MIN)
		return EINVAL;
	attributes->__stack = lowest;
	attributes->__stack_size = size;
	return 0;
}

int pthread_attr_getstack(const pthread_attr_t *restrict attributes, void **restrict lowest, size_t *restrict size)
{
	*lowest = attributes->__stack;
	*size = attributes->__stack_size;
	return 0;
}

int pthread_attr_setinheritsched(pthread_attr_t *attributes, int inherit)
{
	if (inherit != PTHREAD_INHERIT_SCHED && inherit != PTHREAD_EXPLICIT_SCHED)
		return EINVAL;
	attributes->__inherit = inherit;
	return 0;
}

int pthread_attr_getinheritsched(const pthread_attr_t *restrict attributes, int *restrict inherit)
{
	*inherit = attributes->__inherit;
	return 0;
}

int pthread_attr_setschedpolicy(pthread_attr_t *attributes, int policy)
{
	if (policy != SCHED_OTHER && policy != SCHED_FIFO && policy != SCHED_RR)
		return EINVAL;
	attributes->__policy = policy;
	return 0;
}

int pthread_attr_getschedpolicy(const pthread_attr_t *restrict attributes, int *restrict policy)
{
	*policy = attributes->__policy;
	return 0;
}

int pthread_attr_setschedparam(pthread_attr_t *restrict attributes, const struct sched_param *restrict param)
{
	int most = attributes->__policy == SCHED_OTHER ? 0 : 99, least = attributes->__policy == SCHED_OTHER ? 0 : 1;

	if (param->sched_priority < least || param->sched_priority > most)
		return EINVAL;
	attributes->__priority = param->sched_priority;
	return 0;
}

int pthread_attr_getschedparam(const pthread_attr_t *restrict attributes, struct sched_param *restrict param)
{
	param->sched_priority = attributes->__priority;
	return 0;
}

int pthread_attr_setscope(pthread_attr_t *attributes, int scope)
{
	if (scope == PTHREAD_SCOPE_SYSTEM)
		return 0;
	return scope == PTHREAD_SCOPE_PROCESS ? ENOTSUP : EINVAL;
}

int pthread_attr_getscope(const pthread_attr_t *restrict attributes, int *restrict scope)
{
	*scope = PTHREAD_SCOPE_SYSTEM;
	return 0;
}

int pthread_attr_setaffinity_np(pthread_attr_t *attributes, size_t size, const cpu_set_t *set)
{
	size_t kept = size < sizeof(attributes->__cpus) ? size : sizeof(attributes->__cpus);

	for (size_t i = kept; i < size; i++) {
		if (((const char *)set)[i])
			return EINVAL;
	}
	memset(attributes->__cpus, 0, sizeof(attributes->__cpus));
	attributes->__has_cpus = set && size;
	if (attributes->__has_cpus)
		memcpy(attributes->__cpus, set, kept);
	return 0;
}

int pthread_attr_getaffinity_np(const pthread_attr_t *attributes, size_t size, cpu_set_t *set)
{
	size_t kept = size < sizeof(attributes->__cpus) ? size : sizeof(attributes->__cpus);

	memset(set, attributes->__has_cpus ? 0 : 0xff, size);
	if (attributes->__has_cpus)
		memcpy(set, attributes->__cpus, kept);
	return 0;
}

/* The initial stack ends behind the program's file name and grows down to its limit. */
static void initial_stack(pthread_attr_t *attributes)
{
	const char *name = (const char *)getauxval(AT_EXECFN);
	uintptr_t top = ((uintptr_t)name + strlen(name) + 1 + 8 + 4095) & -4096ul;
	struct rlimit limit;

	if (getrlimit(RLIMIT_STACK, &limit) < 0 || limit.rlim_cur > top / 2)
		limit.rlim_cur = STACK_SIZE;
	attributes->__stack_size = limit.rlim_cur & -4096ul;
	attributes->__stack = (void *)(top - attributes->__stack_size);
	attributes->__guard_size = 0;
}

int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
	struct sched_param param;
	int error;

	pthread_attr_init(attributes);
	attributes->__detached = (thread->end & THREAD_DETACHED) != 0;
	attributes->__stack = thread->lowest;
	attributes->__stack_size = thread->usable_size;
	attributes->__guard_size = thread->guard_size;
	if (!thread->tcb)
		initial_stack(attributes);
	error = pthread_getschedparam(thread, &attributes->__policy, &param);
	if (!error) {
		attributes->__priority = param.sched_priority;
		error = pthread_getaffinity_np(thread, sizeof(attributes->__cpus), (cpu_set_t *)attributes->__cpus);
		attributes->__has_cpus = 1;
	}
	return error;
}
