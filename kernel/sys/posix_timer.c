/*
 * timer_create(2) and its family, and clock_settime(2). Thin, over sched/posix_timer.c and sched/clock_timer.c; task context.
 */
#include "sched/posix_timer.h"

#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "sched/clock_id.h"
#include "sched/clock_timer.h"
#include "sched/process.h"
#include "sched/timer.h"
#include "sys/clock.h"
#include "sys/itimerspec.h"

struct linux_sigevent {
	u64 value;
	i32 signal, notify, tid;
	u8 pad[44];
};
_Static_assert(sizeof(struct linux_sigevent) == 64, "Linux's size");

/* The coarse and raw clocks have no timers. */
static int check_clock(int clock)
{
	u64 ignored;

	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_MONOTONIC:
	case CLOCK_BOOTTIME:
	case CLOCK_TAI:
		return 0;
	case CLOCK_REALTIME_ALARM:
	case CLOCK_BOOTTIME_ALARM:
		return capable(CAP_WAKE_ALARM) ? 0 : -EPERM;
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
		return -EOPNOTSUPP;
	}
	return clock_read(clock, &ignored) ? -EINVAL : 0;
}

static int get_event(uaddr sevp, struct posix_timer_event *event)
{
	struct linux_sigevent e = { .signal = SIGALRM };

	if (sevp.v != 0 && get_user_object(&e, sevp))
		return -EFAULT;
	*event = (struct posix_timer_event){ .notify = e.notify, .signal = e.signal, .tid = e.tid, .value = e.value,
					     .own_value = sevp.v == 0 };
	switch (e.notify) {
	case SIGEV_NONE:
		return 0;
	case SIGEV_SIGNAL:
	case SIGEV_THREAD:
	case SIGEV_THREAD_ID:
		return e.signal < 1 || e.signal > NSIG ? -EINVAL : 0;
	}
	return -EINVAL;
}

long sys_timer_create(int clock, uaddr sevp, uaddr timerid)
{
	struct posix_timer_event event;
	int error = get_event(sevp, &event), id;

	if (error == -EFAULT)
		return error;
	if (check_clock(clock))
		return check_clock(clock);
	if (error)
		return error;
	id = posix_timer_create(clock, &event);
	if (id < 0)
		return id;
	if (put_user_object(timerid, &id)) {
		posix_timer_delete(id);
		return -EFAULT;
	}
	return 0;
}

long sys_timer_settime(int timerid, int flags, uaddr new_value, uaddr old_value)
{
	struct posix_timer_setting new, old;
	int error;

	if (new_value.v == 0)
		return -EINVAL;
	error = get_itimerspec(new_value, &new.interval, &new.value);
	if (!error)
		error = posix_timer_set(timerid, flags & TIMER_ABSTIME, &new, &old);
	if (flags & TIMER_ABSTIME)
		timer_run_due();
	if (!error && old_value.v != 0)
		error = put_itimerspec(old_value, old.interval, old.value);
	return error;
}

long sys_timer_gettime(int timerid, uaddr curr_value)
{
	struct posix_timer_setting now;
	int error = posix_timer_get(timerid, &now);

	return error ? error : put_itimerspec(curr_value, now.interval, now.value);
}

long sys_timer_getoverrun(int timerid)
{
	return posix_timer_overrun(timerid);
}

long sys_timer_delete(int timerid)
{
	return posix_timer_delete(timerid);
}

/* Only the calendar clock can be set. It cannot show a time before the machine started: the offset would be negative. */
long sys_clock_settime(int clock, uaddr time)
{
	struct linux_timespec t;
	u64 ns;

	if (clock != CLOCK_REALTIME && (clock >= 0 || clock_read(clock, &ns)))
		return -EINVAL;
	if (get_user_object(&t, time))
		return -EFAULT;
	if (clock < 0)
		return -EPERM;		/* CPU time is nobody's to set */
	if (timespec_to_ns(&t, &ns) || ns > INT64_MAX)
		return -EINVAL;
	if (!capable(CAP_SYS_TIME))
		return -EPERM;
	if (ns < clock_now())
		return -EINVAL;		/* the machine would have been started before 1970 */
	clock_timer_set_realtime(ns);
	return 0;
}
