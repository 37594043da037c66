/*
 * System calls about time (clock_gettime(2), clock_nanosleep(2), gettimeofday(2), times(2), getrusage(2)). Task context;
 * the clock itself is sched/clock.c. The leap-second offset of CLOCK_TAI is 0, as on Linux before anybody sets it.
 */
#include "lib/error.h"
#include "sched/clock.h"
#include "sched/clock_id.h"
#include "sched/process.h"
#include "sched/task.h"
#include "sched/wait.h"
#include "sys/rusage.h"
#include "sys/timespec.h"

#include "gen/syscalls_kernel.h"

#define TICKS_PER_SEC   100		/* of times(2): AT_CLKTCK says so */
#define NS_PER_TICK     (NS_PER_SEC / TICKS_PER_SEC)

/* A negative clock number names a process's or thread's CPU clock: ~pid << 3, a thread bit, and a kind. */
#define CPU_CLOCK_THREAD 4
#define CPU_CLOCK_KIND   3
#define CPU_CLOCK_FD     3

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

static u64 process_cpu_time(void)
{
	struct rusage_values v;

	process_usage(USAGE_SELF, &v);
	return v.user_ns + v.system_ns;
}

static u64 thread_cpu_time(const struct task *t)
{
	sched_account_current();
	return READ_ONCE(t->user_ns) + READ_ONCE(t->system_ns);
}

/* The CPU clock of the current process or of one of its threads. */
static long read_cpu_clock(int clock, u64 *ns)
{
	int id = ~(clock >> 3);
	struct task *t;
	bool ours;

	if ((clock & CPU_CLOCK_KIND) == CPU_CLOCK_FD)
		return -EINVAL;
	if (!(clock & CPU_CLOCK_THREAD)) {
		*ns = process_cpu_time();
		return id == 0 || id == current->process->pid ? 0 : -EINVAL;
	}
	t = task_find(id == 0 ? current->tid : id);
	if (!t)
		return -EINVAL;
	ours = t->process == current->process;
	*ns = thread_cpu_time(t);
	task_put(t);
	return ours ? 0 : -EINVAL;
}

static long read_clock(int clock, u64 *ns)
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
	case CLOCK_PROCESS_CPUTIME:
		*ns = process_cpu_time();
		return 0;
	case CLOCK_THREAD_CPUTIME:
		*ns = thread_cpu_time(current);
		return 0;
	}
	return clock < 0 ? read_cpu_clock(clock, ns) : -EINVAL;
}

long sys_clock_gettime(int clock, uaddr time)
{
	struct linux_timespec t;
	u64 ns;
	long r = read_clock(clock, &ns);

	if (r < 0)
		return r;
	t = timespec_of(ns);
	return put_user_object(time, &t);
}

long sys_clock_getres(int clock, uaddr res)
{
	struct linux_timespec t = { 0, 1 };
	u64 ns;
	long r = read_clock(clock, &ns);

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

long sys_time(uaddr time)
{
	i64 now = (i64)(clock_realtime() / NS_PER_SEC);
	long r = time.v != 0 ? put_user_object(time, &now) : 0;

	return r < 0 ? r : now;
}

/* ---- Sleeping ---- */

static int sleep_until(u64 deadline)
{
	struct waitq nobody;
	int r;

	waitq_init(&nobody);
	r = wait_event_timeout(&nobody, false, true, deadline);
	return r == -ETIMEDOUT ? 0 : r;
}

/* How much of a sleep is left, for the caller who was interrupted. */
static int put_remaining(uaddr to, u64 deadline)
{
	u64 now = clock_now();
	struct linux_timespec t = timespec_of(deadline > now ? deadline - now : 0);

	return to.v != 0 ? put_user_object(to, &t) : 0;
}

/* A relative sleep up to r->a; r->b is where the rest is stored. It goes on after a stop, not after a handler. */
static long sleep_relative(struct restart_block *r)
{
	if (sleep_until(r->a) == 0)
		return 0;
	if (put_remaining(UADDR(r->b), r->a) < 0)
		return -EFAULT;
	r->fn = sleep_relative;
	return -ERESTART_RESTARTBLOCK;
}

/* The monotonic deadline of a sleep by one of the clocks that can be slept by: 0, -EINVAL or -EOPNOTSUPP. */
static int sleep_deadline(int clock, bool absolute, u64 ns, u64 *deadline)
{
	u64 now = clock_now(), shown;

	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_ALARM:
	case CLOCK_TAI:
	case CLOCK_MONOTONIC:
	case CLOCK_BOOTTIME:
	case CLOCK_BOOTTIME_ALARM:
		break;
	default:
		return read_clock(clock, &shown) < 0 ? -EINVAL : -EOPNOTSUPP;
	}
	if (!absolute) {
		*deadline = deadline_after(now, ns);
		return 0;
	}
	(void)read_clock(clock, &shown);
	*deadline = ns > shown ? deadline_after(now, ns - shown) : now;
	return 0;
}

static long do_sleep(int clock, bool absolute, uaddr req, uaddr rem)
{
	struct restart_block *r = &current->restart;
	struct linux_timespec t;
	u64 ns, deadline;
	int error = get_user_object(&t, req);

	if (error == 0)
		error = timespec_to_ns(&t, &ns);
	if (error == 0)
		error = sleep_deadline(clock, absolute, ns, &deadline);
	if (error < 0)
		return error;
	if (absolute)
		return sleep_until(deadline) == 0 ? 0 : -ERESTARTNOHAND;
	r->a = deadline;
	r->b = rem.v;
	return sleep_relative(r);
}

long sys_nanosleep(uaddr req, uaddr rem)
{
	return do_sleep(CLOCK_MONOTONIC, false, req, rem);
}

long sys_clock_nanosleep(int clock, int flags, uaddr req, uaddr rem)
{
	u64 unused;

	/* An unknown clock is the first error, as on Linux. */
	if (read_clock(clock, &unused) < 0)
		return -EINVAL;
	return do_sleep(clock, flags & TIMER_ABSTIME, req, rem);
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
