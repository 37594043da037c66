/*
 * adjtimex(2), clock_adjtime(2): asked what it knows, the clock answers that nobody keeps it synchronous with anything. It can be moved
 * by an amount (ADJ_SETOFFSET), which is root's; its rate cannot be changed. Task context.
 */
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "sched/clock.h"
#include "sched/clock_id.h"
#include "sched/clock_timer.h"
#include "sched/process.h"
#include "sched/task.h"
#include "sys/clock.h"
#include "sys/timespec.h"

#define ADJ_OFFSET	0x0001
#define ADJ_ADJTIME	0x8000	/* adjtime(3): with ADJ_OFFSET alone */
#define ADJ_SETOFFSET	0x0100
#define ADJ_NANO	0x2000
#define STA_UNSYNC	0x0040
#define TIME_ERROR	5
#define ERROR_UNKNOWN	16000000	/* µs: Linux's word for a clock that was never synchronised */

struct linux_timex {
	u32 modes, pad0;
	i64 offset, frequency, max_error, estimated_error;
	i32 status, pad1;
	i64 constant, precision, tolerance;
	struct linux_timeval time;
	i64 tick, pps_frequency, jitter;
	i32 shift, pad2;
	i64 stability, jitter_count, calibration_count, error_count, stability_count;
	i32 tai, pad3[11];
};
_Static_assert(sizeof(struct linux_timex) == 208, "struct timex");

/* The calendar clock goes on from `now` + the amount in t->time; its fraction is never negative. 0 or -EINVAL. */
static int move(const struct linux_timex *t)
{
	i64 unit = t->modes & ADJ_NANO ? 1 : (i64)NS_PER_USEC;
	__int128 to = (__int128)t->time.seconds * NS_PER_SEC + (__int128)t->time.microseconds * unit + (i64)clock_realtime();

	if (t->time.microseconds < 0 || t->time.microseconds >= (i64)NS_PER_SEC / unit)
		return -EINVAL;
	if (to < (i64)clock_now() || to > INT64_MAX)
		return -EINVAL;
	clock_timer_set_realtime((u64)to);
	return 0;
}

static long adjust(uaddr txc)
{
	struct linux_timex t;
	int error = 0;

	if (get_user_object(&t, txc))
		return -EFAULT;
	if ((t.modes & ADJ_ADJTIME) && !(t.modes & ADJ_OFFSET))
		return -EINVAL;
	if (t.modes != 0 && !capable(CAP_SYS_TIME))
		return -EPERM;
	if (t.modes & ~(u32)(ADJ_SETOFFSET | ADJ_NANO))
		return -EOPNOTSUPP;
	if (t.modes & ADJ_SETOFFSET)
		error = move(&t);
	if (error)
		return error;
	t = (struct linux_timex){ .modes = t.modes, .max_error = ERROR_UNKNOWN, .estimated_error = ERROR_UNKNOWN, .status = STA_UNSYNC,
				  .constant = 2, .precision = 1, .tolerance = 500 << 16, .tick = 10000,
				  .time = timeval_of(clock_realtime()) };
	return put_user_object(txc, &t) ? -EFAULT : TIME_ERROR;
}

long sys_adjtimex(uaddr txc)
{
	return adjust(txc);
}

long sys_clock_adjtime(int clock, uaddr txc)
{
	u64 ignored;

	if (clock_read(clock, &ignored))
		return -EINVAL;
	return clock == CLOCK_REALTIME ? adjust(txc) : -EOPNOTSUPP;
}
