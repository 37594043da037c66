/*
 * nanosleep(2) and clock_nanosleep(2). Task context. Relative sleeps are by the monotonic clock, whatever clock is named; absolute ones
 * by the calendar clock follow when it is set; those by CPU-time clocks end when the clock of other threads gets there.
 */
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "sched/clock.h"
#include "sched/clock_id.h"
#include "sched/clock_timer.h"
#include "sched/cpu_timer.h"
#include "sched/process.h"
#include "sched/task.h"
#include "sched/wait.h"
#include "sys/clock.h"
#include "sys/timespec.h"

/* ---- By the monotonic clock ---- */

static int sleep_until(u64 deadline)
{
	struct waitq nobody;
	int r;

	waitq_init(&nobody);
	r = wait_event_timeout(&nobody, false, true, deadline);
	return r == -ETIMEDOUT ? 0 : r;
}

/* How much of a sleep is left, for the caller who was interrupted. */
static int put_remaining(uaddr to, u64 now, u64 deadline)
{
	struct linux_timespec t = timespec_of(deadline > now ? deadline - now : 0);

	return to.v != 0 ? put_user_object(to, &t) : 0;
}

/* A relative sleep up to r->a; r->b is where the rest is stored. It goes on after a stop, not after a handler. */
static long sleep_relative(struct restart_block *r)
{
	if (sleep_until(r->a) == 0)
		return 0;
	if (put_remaining(UADDR(r->b), clock_now(), r->a) < 0)
		return -EFAULT;
	r->fn = sleep_relative;
	return -ERESTART_RESTARTBLOCK;
}

/* ---- By the calendar clock, or by CPU time: a timer wakes the sleeper ---- */

struct calendar_sleep {
	struct clock_timer timer;
	struct task *task;
	bool over;		/* [a] */
};

static void calendar_sleep_over(struct clock_timer *timer)
{
	struct calendar_sleep *s = container_of(timer, struct calendar_sleep, timer);

	WRITE_ONCE(s->over, true);
	task_wake(s->task);
}

static int sleep_by_calendar(int clock, u64 ns)
{
	struct calendar_sleep s = { .task = current };
	struct waitq nobody;
	int r;

	waitq_init(&nobody);
	clock_timer_init(&s.timer, calendar_sleep_over);
	clock_timer_start(&s.timer, clock, true, MAX(ns, 1u), 0, false);
	r = wait_event_interruptible(&nobody, READ_ONCE(s.over));
	clock_timer_stop(&s.timer);
	return r;
}

struct cpu_sleep {
	struct cpu_timer timer;
	struct task *task;
	bool over;		/* [a] */
};

static void cpu_sleep_over(struct cpu_timer *timer)
{
	struct cpu_sleep *s = container_of(timer, struct cpu_sleep, timer);

	WRITE_ONCE(s->over, true);
	task_wake(s->task);
}

static int sleep_by_cpu_clock(struct cpu_clock *clock, u64 expires)
{
	struct cpu_sleep s = { .task = current };
	struct waitq nobody;
	int r;

	waitq_init(&nobody);
	cpu_timer_init(&s.timer, clock, cpu_sleep_over);
	cpu_timer_arm(&s.timer, MAX(expires, 1u));
	r = wait_event_interruptible(&nobody, READ_ONCE(s.over));
	cpu_timer_destroy(&s.timer);
	return r;
}

/* Up to r->a of the clock r->c; r->b is where the rest is stored. */
static long cpu_sleep_relative(struct restart_block *r)
{
	struct cpu_clock clock;
	u64 now;
	int error = cpu_clock_get((int)r->c, &clock);

	if (error)
		return error;
	if (sleep_by_cpu_clock(&clock, r->a) == 0)
		return 0;
	if (clock_read((int)r->c, &now) == 0 && put_remaining(UADDR(r->b), now, r->a) < 0)
		return -EFAULT;
	r->fn = cpu_sleep_relative;
	return -ERESTART_RESTARTBLOCK;
}

/* Nobody can sleep by the clock that stands still while he does. */
static long sleep_by_cpu_time(int number, bool absolute, u64 ns, uaddr rem)
{
	struct restart_block *r = &current->restart;
	struct cpu_clock clock;
	int error = number == CLOCK_THREAD_CPUTIME ? -EOPNOTSUPP : cpu_clock_get(number, &clock);
	u64 expires;

	if (error)
		return error;
	if (clock.task == current) {
		cpu_clock_put(&clock);
		return -EINVAL;
	}
	expires = absolute ? ns : deadline_after(cpu_clock_read(&clock), ns);
	if (absolute)
		return sleep_by_cpu_clock(&clock, expires) == 0 ? 0 : -ERESTARTNOHAND;
	cpu_clock_put(&clock);
	*r = (struct restart_block){ .a = expires, .b = rem.v, .c = (u64)(i64)number };
	return cpu_sleep_relative(r);
}

/* ---- The calls ---- */

static long sleep_by(int clock, bool absolute, u64 ns, uaddr rem)
{
	struct restart_block *r = &current->restart;
	int error = 0;

	if (absolute && clock_is_calendar(clock))
		error = sleep_by_calendar(clock, ns);
	else if (absolute)
		error = sleep_until(ns);
	if (absolute)
		return error == 0 ? 0 : -ERESTARTNOHAND;
	r->a = deadline_after(clock_now(), ns);
	r->b = rem.v;
	return sleep_relative(r);
}

static int get_duration(uaddr req, u64 *ns)
{
	struct linux_timespec t;
	int error = get_user_object(&t, req);

	return error ? error : timespec_to_ns(&t, ns);
}

long sys_nanosleep(uaddr req, uaddr rem)
{
	u64 ns;
	int error = get_duration(req, &ns);

	return error ? error : sleep_by(CLOCK_MONOTONIC, false, ns, rem);
}

/* An unknown clock is the first error, one that cannot be slept by the second, as on Linux. */
long sys_clock_nanosleep(int clock, int flags, uaddr req, uaddr rem)
{
	u64 ns;
	int error = clock_read(clock, &ns);

	if (error)
		return error;
	if (clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE ||
	    clock == CLOCK_THREAD_CPUTIME)
		return -EOPNOTSUPP;
	error = get_duration(req, &ns);
	if (error)
		return error;
	if ((clock == CLOCK_REALTIME_ALARM || clock == CLOCK_BOOTTIME_ALARM) && !capable(CAP_WAKE_ALARM))
		return -EPERM;
	if (clock < 0 || clock == CLOCK_PROCESS_CPUTIME)
		return sleep_by_cpu_time(clock, flags & TIMER_ABSTIME, ns, rem);
	return sleep_by(clock, flags & TIMER_ABSTIME, ns, rem);
}
