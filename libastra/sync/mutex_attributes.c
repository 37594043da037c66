/* Making mutexes, and what they are made from. */
#include <errno.h>
#include <string.h>

#include "mutex_impl.h"

#define FUTEX_UNLOCK_PI 7

int pthread_mutex_init(pthread_mutex_t *restrict mutex, const pthread_mutexattr_t *restrict attributes)
{
	memset(mutex, 0, sizeof(*mutex));
	mutex->__kind = attributes ? attributes->__kind & (MUTEX_TYPE | MUTEX_ROBUST | MUTEX_INHERIT | MUTEX_SHARED) : 0;
	return 0;
}

/* Refused while somebody holds it, which POSIX leaves open. A robust one whose owner died may go. */
int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
	return __atomic_load_n(&mutex->__word, __ATOMIC_RELAXED) & (int)FUTEX_TID_MASK ? EBUSY : 0;
}

int pthread_mutexattr_init(pthread_mutexattr_t *attributes)
{
	attributes->__kind = 0;
	return 0;
}

int pthread_mutexattr_destroy(pthread_mutexattr_t *attributes)
{
	return 0;
}

static int set(pthread_mutexattr_t *attributes, int mask, int bits)
{
	attributes->__kind = (attributes->__kind & ~mask) | bits;
	return 0;
}

int pthread_mutexattr_settype(pthread_mutexattr_t *attributes, int type)
{
	if (type < PTHREAD_MUTEX_NORMAL || type > PTHREAD_MUTEX_ERRORCHECK)
		return EINVAL;
	return set(attributes, MUTEX_TYPE, type);
}

int pthread_mutexattr_gettype(const pthread_mutexattr_t *restrict attributes, int *restrict type)
{
	*type = attributes->__kind & MUTEX_TYPE;
	return 0;
}

int pthread_mutexattr_setpshared(pthread_mutexattr_t *attributes, int shared)
{
	if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
		return EINVAL;
	return set(attributes, MUTEX_SHARED, shared ? MUTEX_SHARED : 0);
}

int pthread_mutexattr_getpshared(const pthread_mutexattr_t *restrict attributes, int *restrict shared)
{
	*shared = attributes->__kind & MUTEX_SHARED ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE;
	return 0;
}

int pthread_mutexattr_setrobust(pthread_mutexattr_t *attributes, int robust)
{
	if (robust != PTHREAD_MUTEX_STALLED && robust != PTHREAD_MUTEX_ROBUST)
		return EINVAL;
	return set(attributes, MUTEX_ROBUST, robust ? MUTEX_ROBUST : 0);
}

int pthread_mutexattr_getrobust(const pthread_mutexattr_t *restrict attributes, int *restrict robust)
{
	*robust = attributes->__kind & MUTEX_ROBUST ? PTHREAD_MUTEX_ROBUST : PTHREAD_MUTEX_STALLED;
	return 0;
}

/* Unlocking a word that is not ours is EPERM where the kernel knows the operation. */
static bool kernel_inherits(void)
{
	int word = 0;

	return sys(futex, &word, FUTEX_UNLOCK_PI | FUTEX_PRIVATE_FLAG, 0, 0, 0, 0) != -ENOSYS;
}

int pthread_mutexattr_setprotocol(pthread_mutexattr_t *attributes, int protocol)
{
	switch (protocol) {
	case PTHREAD_PRIO_NONE:
		return set(attributes, MUTEX_INHERIT, 0);
	case PTHREAD_PRIO_INHERIT:
		return kernel_inherits() ? set(attributes, MUTEX_INHERIT, MUTEX_INHERIT) : ENOTSUP;
	case PTHREAD_PRIO_PROTECT:
		return ENOTSUP;
	}
	return EINVAL;
}

int pthread_mutexattr_getprotocol(const pthread_mutexattr_t *restrict attributes, int *restrict protocol)
{
	*protocol = attributes->__kind & MUTEX_INHERIT ? PTHREAD_PRIO_INHERIT : PTHREAD_PRIO_NONE;
	return 0;
}

#define CEILING_SHIFT 8
#define CEILING_MASK  (0xff << CEILING_SHIFT)

int pthread_mutexattr_setprioceiling(pthread_mutexattr_t *attributes, int ceiling)
{
	if (ceiling < 1 || ceiling > 99)
		return EINVAL;
	return set(attributes, CEILING_MASK, ceiling << CEILING_SHIFT);
}

int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t *restrict attributes, int *restrict ceiling)
{
	int value = (attributes->__kind & CEILING_MASK) >> CEILING_SHIFT;

	*ceiling = value ? value : 1;
	return 0;
}

/* No mutex has the protocol that these two are about. */
int pthread_mutex_getprioceiling(const pthread_mutex_t *restrict mutex, int *restrict ceiling)
{
	return EINVAL;
}

int pthread_mutex_setprioceiling(pthread_mutex_t *restrict mutex, int ceiling, int *restrict old)
{
	return EINVAL;
}
