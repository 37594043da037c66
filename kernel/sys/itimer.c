/* setitimer(2), getitimer(2), alarm(2), over sched/itimer.c. Task context. */
#include "sched/itimer.h"

#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "sys/timespec.h"

struct linux_itimerval {
	struct linux_timeval interval, value;
};

static int to_ns(const struct linux_timeval *t, u64 *ns)
{
	struct linux_timespec s = { t->seconds, t->microseconds * (i64)NS_PER_USEC };

	if (t->microseconds < 0 || t->microseconds >= 1000000)
		return -EINVAL;
	return timespec_to_ns(&s, ns);
}

static int put_setting(uaddr to, const struct itimer_setting *s)
{
	struct linux_itimerval v = { timeval_of(s->interval), timeval_of(s->value) };

	return put_user_object(to, &v);
}

long sys_getitimer(int which, uaddr value)
{
	struct itimer_setting now;

	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	itimer_get((enum itimer_which)which, &now);
	return put_setting(value, &now);
}

/* A null pointer disarms, as on Linux. */
long sys_setitimer(int which, uaddr new_value, uaddr old_value)
{
	struct itimer_setting new = { 0, 0 }, old;
	struct linux_itimerval v;

	if (new_value.v) {
		if (get_user_object(&v, new_value))
			return -EFAULT;
		if (to_ns(&v.interval, &new.interval) || to_ns(&v.value, &new.value))
			return -EINVAL;
	}
	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	itimer_set((enum itimer_which)which, &new, &old);
	return old_value.v ? put_setting(old_value, &old) : 0;
}

/* What was left is rounded to the nearest second, but not to 0, which would say that there was none. */
long sys_alarm(unsigned seconds)
{
	struct itimer_setting new = { .value = seconds * NS_PER_SEC }, old;

	itimer_set(ITIMER_REAL, &new, &old);
	if (old.value != 0 && old.value < NS_PER_SEC)
		return 1;
	return (long)((old.value + NS_PER_SEC / 2) / NS_PER_SEC);
}
