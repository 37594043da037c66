/* Relative time-outs of the caller (struct timespec, struct timeval; a null pointer: never), and what is left of them. */
#ifndef SYS_TIMEOUT_H
#define SYS_TIMEOUT_H

#include "lib/types.h"

struct timeout {
	u64 deadline;		/* ns of clock_now(); TIME_NEVER; 0: do not wait at all */
};

/* 0, -EFAULT, or -EINVAL for a negative or unnormalised time. */
int timeout_from_timespec(struct timeout *t, uaddr user);
int timeout_from_timeval(struct timeout *t, uaddr user);

/*
 * Write back what is left, as Linux does. Returns `result`; when the write fails a call that was to be restarted is EINTR
 * instead, as its restart would wait for the whole time again.
 */
long timeout_put_timespec(const struct timeout *t, uaddr user, long result);
long timeout_put_timeval(const struct timeout *t, uaddr user, long result);

#endif
