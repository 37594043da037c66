/* Time-outs of poll and select: see timeout.h. Task context, no lock. */
#include "sys/timeout.h"

#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/clock.h"

struct seconds_and_rest {
	i64 seconds, rest;
};

static int set_deadline(struct timeout *t, uaddr user, u64 unit, bool normalised)
{
	struct seconds_and_rest v;
	u64 now = clock_now(), ns;

	t->deadline = TIME_NEVER;
	if (!user.v)
		return 0;
	if (get_user_object(&v, user))
		return -EFAULT;
	if (v.seconds < 0 || v.rest < 0 || (normalised && (u64)v.rest * unit >= NS_PER_SEC))
		return -EINVAL;
	if (v.seconds == 0 && v.rest == 0)
		t->deadline = 0;
	else if (!__builtin_mul_overflow((u64)v.seconds, NS_PER_SEC, &ns) &&
		 !__builtin_add_overflow(ns, (u64)v.rest * unit, &ns) && !__builtin_add_overflow(ns, now, &ns))
		t->deadline = ns;
	return 0;
}

int timeout_from_timespec(struct timeout *t, uaddr user)
{
	return set_deadline(t, user, 1, true);
}

/* select takes more than a million microseconds for what they are. */
int timeout_from_timeval(struct timeout *t, uaddr user)
{
	return set_deadline(t, user, NS_PER_USEC, false);
}

static long put_left(const struct timeout *t, uaddr user, long result, u64 unit)
{
	struct seconds_and_rest v = { 0, 0 };
	u64 now = clock_now();

	if (!user.v || t->deadline == TIME_NEVER)
		return result;
	if (t->deadline > now) {
		v.seconds = (i64)((t->deadline - now) / NS_PER_SEC);
		v.rest = (i64)((t->deadline - now) % NS_PER_SEC / unit);
	}
	if (put_user_object(user, &v) && result == -ERESTARTNOHAND)
		return -EINTR;
	return result;
}

long timeout_put_timespec(const struct timeout *t, uaddr user, long result)
{
	return put_left(t, user, result, 1);
}

long timeout_put_timeval(const struct timeout *t, uaddr user, long result)
{
	return put_left(t, user, result, NS_PER_USEC);
}
