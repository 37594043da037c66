/*
 * System calls that read and set clocks (clock_gettime(2), gettimeofday(2), adjtimex(2), times(2), getrusage(2)). Task context; the
 * clock itself is sched/clock.c, CPU time sched/cpu_timer.c. The leap-second offset of CLOCK_TAI is 0, as on Linux before anybody sets
 * it.
 */
#include "abi/vdso_data.h"
#include "lib/error.h"
#include "sched/clock.h"
#include "sched/clock_id.h"
#include "sched/clock_timer.h"
#include "sched/cpu_timer.h"
#include "sched/process.h"
#include "sched/task.h"
#include "sys/clock.h"
#include "sys/rusage.h"
#include "sys/timespec.h"

#include "gen/syscalls_kernel.h"

#define TICKS_PER_SEC   100		/* of times(2): AT_CLKTCK says so */
#define NS_PER_TICK     (NS_PER_SEC / TICKS_PER_SEC)

int timespec_to_ns(const struct linux_timespec *t, u64 *ns)
{
	if (t->seconds < 0 || t->nanoseconds < 0 || t->nanoseconds >= (i64)NS_PER_SEC)
		return -EINVAL;
	if ((u64)t->seconds >= (TIME_NEVER - 1) / NS_PER_SEC)
		*ns = TIME_NEVER - 1;
	else
		*ns = (u64)t->seconds * NS_PER_SEC + (u64)t->nanoseconds;
	return 0;
}

/* ---- Reading clocks ---- */

static int read_cpu_clock(int number, u64 *ns)
{
	struct cpu_clock clock;
	int error = cpu_clock_get(number, &clock);

	if (error)
		return error;
	*ns = cpu_clock_read(&clock);
	cpu_clock_put(&clock);
	return 0;
}

int clock_read(int clock, u64 *ns)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_REALTIME_ALARM:
	case CLOCK_TAI:
		*ns = clock_realtime();
		return 0;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
	case CLOCK_BOOTTIME_ALARM:
		*ns = clock_now();
		return 0;
	}
	return read_cpu_clock(clock, ns);
}

long sys_clock_gettime(int clock, uaddr time)
{
	struct linux_timespec t;
	u64 ns;
	long r = clock_read(clock, &ns);

	if (r < 0)
		return r;
	t = timespec_of(ns);
	return put_user_object(time, &t);
}

/* The coarse clocks, and times that ticks divide into user and system, are no finer than a tick. */
static i64 resolution_of(int clock)
{
	bool by_ticks = clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE ||
			(clock < 0 && (clock & 3) != CPU_CLOCK_SCHED);

	return by_ticks ? COARSE_RESOLUTION_NS : 1;
}

long sys_clock_getres(int clock, uaddr res)
{
	struct linux_timespec t = { 0, resolution_of(clock) };
	u64 ns;
	long r = clock_read(clock, &ns);

	return r < 0 || res.v == 0 ? r : put_user_object(res, &t);
}

long sys_gettimeofday(uaddr tv, uaddr tz)
{
	struct linux_timeval t = timeval_of(clock_realtime());
	struct {
		i32 minutes_west, dst_time;
	} zone = { 0, 0 };
	long r = 0;

	if (tv.v != 0)
		r = put_user_object(tv, &t);
	if (r == 0 && tz.v != 0)
		r = put_user_object(tz, &zone);
	return r;
}

/* A null time leaves the clock alone. The time zone is UTC and stays it: there is nothing that it would change. */
long sys_settimeofday(uaddr tv, uaddr tz)
{
	struct linux_timeval t;
	struct linux_timespec to;
	i32 zone[2];
	u64 ns = 0;

	if (tv.v != 0) {
		if (get_user_object(&t, tv))
			return -EFAULT;
		to = (struct linux_timespec){ t.seconds, t.microseconds * (i64)NS_PER_USEC };
		if (t.microseconds < 0 || t.microseconds > (i64)(NS_PER_SEC / NS_PER_USEC))
			return -EINVAL;
		if (timespec_to_ns(&to, &ns) || ns > INT64_MAX)
			return -EINVAL;
	}
	if (tz.v != 0 && get_user_object(&zone, tz))
		return -EFAULT;
	if (!capable(CAP_SYS_TIME))
		return -EPERM;
	if ((tz.v != 0 && (zone[0] != 0 || zone[1] != 0)) || (tv.v != 0 && ns < clock_now()))
		return -EINVAL;
	if (tv.v != 0)
		clock_timer_set_realtime(ns);
	return 0;
}

long sys_time(uaddr time)
{
	i64 now = (i64)(clock_realtime() / NS_PER_SEC);
	long r = time.v != 0 ? put_user_object(time, &now) : 0;

	return r < 0 ? r : now;
}

/* ---- Usage ---- */

long sys_times(uaddr buf)
{
	struct rusage_values self, children;
	struct {
		i64 user, system, child_user, child_system;
	} t;

	process_usage(USAGE_SELF, &self);
	process_usage(USAGE_CHILDREN, &children);
	t.user = (i64)(self.user_ns / NS_PER_TICK);
	t.system = (i64)(self.system_ns / NS_PER_TICK);
	t.child_user = (i64)(children.user_ns / NS_PER_TICK);
	t.child_system = (i64)(children.system_ns / NS_PER_TICK);
	if (buf.v != 0 && put_user_object(buf, &t) < 0)
		return -EFAULT;
	return (long)(clock_now() / NS_PER_TICK);
}

long sys_getrusage(int who, uaddr usage)
{
	struct rusage_values v;
	struct linux_rusage u;

	if (who != USAGE_SELF && who != USAGE_CHILDREN && who != USAGE_THREAD)
		return -EINVAL;
	process_usage((enum usage_who)who, &v);
	u = rusage_of(&v);
	return put_user_object(usage, &u);
}
