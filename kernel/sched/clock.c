/*
 * The clock: nanoseconds since boot out of a source's ticks, and the calendar time as an offset to it.
 *
 * A time base says what the clock showed at one reading of its source; the clock is that plus the ticks since, scaled.
 * A base is immutable once published, and `active` points at the one in use, so clock_now() takes no lock and may be
 * called in any context, panics and NMIs included. Bases change a few times, around boot (clock_set_source: one CPU at a
 * time); each change fills the next slot and continues from what the old base shows. The clock does not step back over
 * a change, because a reading counts only if its base was in use when the ticks were read:
 *
 *	reader                                  clock_set_source
 *	A: base = active                        D: new.ticks = read(), new.ns = old base's time
 *	B: ticks = read()                       E: active = new
 *	C: active is still base?
 *
 * C before E: the reading was made before anybody could read by the new base. C after E: the reader starts again.
 */
#include "sched/clock.h"

#include "abi/vdso_data.h"
#include "lib/assert.h"
#include "lib/atomic.h"
#include "sched/lock.h"
#include "sched/timer.h"

#define SHIFT 32
#define SLOTS 8
#define REFINE_AFTER NS_PER_SEC

struct time_base {
	const struct clock_source *source;
	u64 (*read)(void);
	u64 ticks;		/* the source's reading … */
	u64 ns;			/* … when the clock showed this */
	u64 mult;		/* ns a tick, << SHIFT */
};

static struct time_base slots[SLOTS];
static unsigned slots_used;			/* [boot] */
static const struct time_base *active;		/* [a] NULL before the first source */
static atomic64 realtime_offset = ATOMIC(0);	/* clock_realtime() - clock_now() */

static struct spinlock page_lock = SPINLOCK_INIT("clock page", RANK_TIMER);
static struct vdso_data *page;			/* [page_lock] to write; what programs read, NULL before clock_publish */

/* The sequence is odd while the rest changes; abi/vdso_data.h has the reader's side. */
static void update_page(void)
{
	irqstate s = spin_lock_irqsave(&page_lock);
	const struct time_base *b = __atomic_load_n(&active, __ATOMIC_ACQUIRE);

	_Static_assert(SHIFT == VDSO_SHIFT, "one scale");
	if (page && b) {
		__atomic_store_n(&page->sequence, page->sequence + 1, __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_RELEASE);
		page->mode = b->source->ring3 ? VDSO_TSC : VDSO_CALL;
		page->ticks = b->ticks;
		page->ns = b->ns;
		page->mult = b->mult;
		page->realtime_offset = (u64)atomic_read(&realtime_offset);
		__atomic_store_n(&page->sequence, page->sequence + 1, __ATOMIC_RELEASE);
	}
	spin_unlock_irqrestore(&page_lock, s);
}

void clock_publish(struct vdso_data *p)
{
	irqstate s = spin_lock_irqsave(&page_lock);

	page = p;
	spin_unlock_irqrestore(&page_lock, s);
	update_page();
}

u64 clock_now(void)
{
	for (;;) {
		const struct time_base *b = __atomic_load_n(&active, __ATOMIC_ACQUIRE);	/* A */
		u64 delta;

		if (unlikely(!b))
			return 0;
		delta = b->read() - b->ticks;			/* B */
		/* A CPU whose counter is a hair behind the one that took the base: not before the base. */
		if (unlikely((i64)delta < 0))
			delta = 0;
		if (likely(READ_ONCE(active) == b))		/* C */
			return b->ns + (u64)((unsigned __int128)delta * b->mult >> SHIFT);
	}
}

void clock_set_source(const struct clock_source *source)
{
	struct time_base *b = &slots[slots_used];

	ASSERT(slots_used < SLOTS && source->frequency != 0);
	slots_used++;
	b->source = source;
	b->read = source->read;
	b->mult = (NS_PER_SEC << SHIFT) / source->frequency;
	b->ticks = source->read();					/* D */
	b->ns = clock_now();
	__atomic_store_n(&active, b, __ATOMIC_RELEASE);			/* E */
	update_page();
}

const struct clock_source *clock_source(void)
{
	const struct time_base *b = __atomic_load_n(&active, __ATOMIC_ACQUIRE);

	return b ? b->source : NULL;
}

u64 clock_realtime(void)
{
	return clock_now() + (u64)atomic_read(&realtime_offset);
}

void clock_set_realtime(u64 ns)
{
	atomic_set(&realtime_offset, (i64)(ns - clock_now()));
	update_page();
}

void clock_boot_realtime(u64 seconds)
{
	clock_set_realtime(seconds * NS_PER_SEC);
}

static void keep_alive(struct timer *t)
{
	timer_arm(t, clock_now() + clock_source()->max_gap);
}

static void refine(struct timer *t)
{
	const struct clock_source *better = clock_source()->refine();

	if (better)
		clock_set_source(better);
}

void clock_start_upkeep(void)
{
	static struct timer alive, refinement;

	if (clock_source()->max_gap != 0) {
		timer_init(&alive, keep_alive);
		keep_alive(&alive);
	}
	if (clock_source()->refine) {
		timer_init(&refinement, refine);
		timer_arm(&refinement, clock_now() + REFINE_AFTER);
	}
}
