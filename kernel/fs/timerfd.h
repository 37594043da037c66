/* timerfd_create(2): a file that is a timer. Task context. */
#ifndef FS_TIMERFD_H
#define FS_TIMERFD_H

#include "lib/types.h"

struct file;

/* Durations of struct itimerspec in ns. */
struct timer_setting {
	u64 interval, value;
};

#define TFD_TIMER_CANCEL_ON_SET 2

struct file *timerfd_create(int clock, u32 flags);	/* `flags` may carry O_NONBLOCK. ERR_PTR(-ENOMEM) */
bool file_is_timerfd(const struct file *f);

/* `flags`: TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET. 0, or -ECANCELED when the clock was set meanwhile; it is armed all the same. */
int timerfd_set(struct file *f, int flags, const struct timer_setting *new, struct timer_setting *old);
void timerfd_get(struct file *f, struct timer_setting *now);

#endif
