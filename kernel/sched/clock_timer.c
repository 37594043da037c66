/*
 * Timers on a clock, over the one-shot timers of timer.h, which know monotonic time only. Those with an absolute calendar time
 * are on one list, so that setting the clock can arm them anew; realtime_timers_lock (a mutex) guards it, and orders starts and
 * stops of such timers against the setting. `arming` is held over every arming and disarming from outside the callback; the
 * callback itself needs none, as timer_cancel waits for it and then finds what it armed. Relative times do not follow, whatever
 * the clock (timer_settime(2)).
 */
#include "sched/clock_timer.h"

#include "sched/clock.h"
#include "sched/clock_id.h"
#include "sched/futex.h"

static struct mutex realtime_timers_lock;
static struct list realtime_timers = LIST_INIT(realtime_timers);	/* [r] clock_timer->link */

void clock_timer_init_all(void)
{
	mutex_init(&realtime_timers_lock, "realtime timers", RANK_REALTIME_TIMERS);
}

static void fired(struct timer *timer)
{
	struct clock_timer *t = container_of(timer, struct clock_timer, timer);

	t->expired(t);
}

void clock_timer_init(struct clock_timer *t, void (*expired)(struct clock_timer *t))
{
	*t = (struct clock_timer){ .expired = expired };
	timer_init(&t->timer, fired);
	spin_init(&t->arming, "clock timer", RANK_CLOCK_TIMER);
	list_init(&t->link);
}

static u64 clock_shows(const struct clock_timer *t)
{
	return t->follows ? clock_realtime() : clock_now();
}

static u64 sum(u64 a, u64 b)
{
	return a > TIME_NEVER - 1 - b ? TIME_NEVER - 1 : a + b;
}

/* The moment of `expires` on the monotonic clock. */
static u64 deadline_of(const struct clock_timer *t)
{
	u64 shown;

	if (!t->follows)
		return t->expires;
	shown = clock_realtime();
	return t->expires > shown ? sum(clock_now(), t->expires - shown) : 0;
}

static void arm(struct clock_timer *t)
{
	irqstate s = spin_lock_irqsave(&t->arming);

	timer_arm(&t->timer, deadline_of(t));
	spin_unlock_irqrestore(&t->arming, s);
}

void clock_timer_stop(struct clock_timer *t)
{
	irqstate s;

	if (!list_empty(&t->link)) {		/* only the owner changes that */
		mutex_lock(&realtime_timers_lock);
		list_del(&t->link);
		mutex_unlock(&realtime_timers_lock);
	}
	s = spin_lock_irqsave(&t->arming);
	timer_cancel(&t->timer);
	spin_unlock_irqrestore(&t->arming, s);
	t->expires = 0;
}

void clock_timer_start(struct clock_timer *t, int clock, bool absolute, u64 value, u64 interval, bool notice)
{
	clock_timer_stop(t);
	t->follows = absolute && clock_is_calendar(clock);
	t->interval = interval;
	if (value != 0)
		t->expires = absolute ? value : sum(clock_now(), value);
	if (!t->follows) {
		if (value != 0)
			arm(t);
		return;
	}
	mutex_lock(&realtime_timers_lock);
	if (value != 0)
		arm(t);
	if (value != 0 || notice)
		list_add_tail(&realtime_timers, &t->link);
	mutex_unlock(&realtime_timers_lock);
}

/* Move `expires` on: how many times were passed over. */
static u64 advance(struct clock_timer *t, u64 gap)
{
	u64 from = sum(clock_shows(t), gap), passed = 0;

	if (t->expires <= from)
		passed = (from - t->expires) / t->interval;
	t->expires = sum(t->expires + passed * t->interval, t->interval);
	return passed;
}

u64 clock_timer_forward(struct clock_timer *t, u64 gap)
{
	u64 passed = advance(t, gap);

	arm(t);
	return passed;
}

void clock_timer_again(struct clock_timer *t, u64 gap)
{
	advance(t, gap);
	timer_arm(&t->timer, deadline_of(t));
}

u64 clock_timer_left(const struct clock_timer *t)
{
	u64 now = clock_shows(t);

	if (t->expires == 0)
		return 0;
	if (t->expires > now)
		return t->expires - now;
	return t->interval ? t->interval - (now - t->expires) % t->interval : 0;
}

/* One that has expired and waits for its owner stays as it is. */
static void follow(struct clock_timer *t)
{
	irqstate s = spin_lock_irqsave(&t->arming);

	if (timer_cancel(&t->timer))
		timer_arm(&t->timer, deadline_of(t));
	spin_unlock_irqrestore(&t->arming, s);
}

void clock_timer_set_realtime(u64 ns)
{
	struct clock_timer *t;

	mutex_lock(&realtime_timers_lock);
	clock_set_realtime(ns);
	list_for_each(t, &realtime_timers, link) {
		follow(t);
		if (t->clock_was_set)
			t->clock_was_set(t);
	}
	mutex_unlock(&realtime_timers_lock);
	futex_calendar_was_set();
}
