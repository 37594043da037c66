/*
 * Interval timers on a clock: what timerfd and timer_create have in common. A timer expires once; its owner then lets it go on
 * (clock_timer_forward) when it has noticed, so that a timer whose owner does not look costs nothing, however short its interval.
 *
 *  - The owner serialises start, stop and forward; forward is for a timer that has expired and was not started since.
 *  - Absolute times on the calendar clock move with the clock when it is set.
 */
#ifndef SCHED_CLOCK_TIMER_H
#define SCHED_CLOCK_TIMER_H

#include "lib/list.h"
#include "lib/types.h"
#include "sched/lock.h"
#include "sched/timer.h"

/* Letters: [o] the owner's lock, [a] arming, [r] realtime_timers_lock. */
struct clock_timer {
	struct timer timer;			/* [a] */
	struct spinlock arming;			/* RANK_CLOCK_TIMER: the owner's forward against the clock's being set */
	void (*expired)(struct clock_timer *t);	/* [I] interrupts off; see timer.h */
	void (*clock_was_set)(struct clock_timer *t);	/* [I] NULL, or for timers that want to hear of it; task context */
	bool follows;				/* [o] `expires` is calendar time */
	u64 expires;				/* [o] ns of its clock; 0: disarmed */
	u64 interval;				/* [o] ns; 0: once */
	struct list link;			/* [r] among those that the setting of the clock concerns */
};

/* Boot. */
void clock_timer_init_all(void);

void clock_timer_init(struct clock_timer *t, void (*expired)(struct clock_timer *t));

/*
 * Expire at `value` of the clock, or after `value` ns; 0: never. `notice`: call clock_was_set, armed or not. Stops it first.
 * Task context, no spinlock held.
 */
void clock_timer_start(struct clock_timer *t, int clock, bool absolute, u64 value, u64 interval, bool notice);

/* Not armed on return, nor is a callback running. Task context, no spinlock held. */
void clock_timer_stop(struct clock_timer *t);

/*
 * A periodic timer has expired: arm it for its next time that is at least `gap` ns away. How many expirations after the first
 * one were passed over. Any context but the callback, interrupts off.
 */
u64 clock_timer_forward(struct clock_timer *t, u64 gap);

/* The same from within the callback. */
void clock_timer_again(struct clock_timer *t, u64 gap);

/* ns until the next expiration, by its interval when the first has passed; 0: disarmed, or past and not periodic. */
u64 clock_timer_left(const struct clock_timer *t);

/* The calendar clock is `ns` now; every timer that this concerns is told. Task context. */
void clock_timer_set_realtime(u64 ns);

#endif
