/* Linux x86-64's times as programs pass them, and their way to and from the kernel's nanoseconds. */
#ifndef SYS_TIMESPEC_H
#define SYS_TIMESPEC_H

#include "lib/types.h"
#include "mm/usercopy.h"
#include "sched/clock.h"

struct linux_timespec {
	i64 seconds, nanoseconds;
};

struct linux_timeval {
	i64 seconds, microseconds;
};

static inline struct linux_timespec timespec_of(u64 ns)
{
	return (struct linux_timespec){ (i64)(ns / NS_PER_SEC), (i64)(ns % NS_PER_SEC) };
}

static inline struct linux_timeval timeval_of(u64 ns)
{
	return (struct linux_timeval){ (i64)(ns / NS_PER_SEC), (i64)(ns % NS_PER_SEC / NS_PER_USEC) };
}

/* A duration or point in time: 0 or -EINVAL. What does not fit (584 years) is cut to just below TIME_NEVER. */
int timespec_to_ns(const struct linux_timespec *t, u64 *ns);

#endif
