/* struct itimerspec as programs pass it, and its way to and from the kernel's nanoseconds. Task context. */
#ifndef SYS_ITIMERSPEC_H
#define SYS_ITIMERSPEC_H

#include "sys/timespec.h"

struct linux_itimerspec {
	struct linux_timespec interval, value;
};

/* 0, -EFAULT or -EINVAL. */
static inline int get_itimerspec(uaddr from, u64 *interval, u64 *value)
{
	struct linux_itimerspec s;

	if (get_user_object(&s, from))
		return -EFAULT;
	return timespec_to_ns(&s.interval, interval) || timespec_to_ns(&s.value, value) ? -EINVAL : 0;
}

static inline int put_itimerspec(uaddr to, u64 interval, u64 value)
{
	struct linux_itimerspec s = { timespec_of(interval), timespec_of(value) };

	return put_user_object(to, &s);
}

#endif
