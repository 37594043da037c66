/*
 * timerfd: a timer whose expirations are read. The timer's callback only says `fired` and wakes; how many times a periodic timer
 * has expired is found out by whoever looks (collect), which also lets it go on. timerfd->lock (a mutex) orders lookers and
 * settings; `fired` and `canceled` are set from outside it. Task context, but for the callback.
 *
 *	reader                                  timer interrupt
 *	A: queued, state = SLEEPING             C: fired = 1
 *	B: fired? ticks? then no sleep          D: wakes the queue   (wait.h: B or D sees the other)
 */
#include "fs/timerfd.h"

#include "fs/file.h"
#include "lib/error.h"
#include "mm/slab.h"
#include "sched/clock_id.h"
#include "sched/clock_timer.h"
#include "sched/wait.h"

/* Letters: [l] lock to change, [a] atomic, [I] immutable. */
struct timerfd {
	struct mutex lock;		/* RANK_OBJECT */
	struct clock_timer timer;	/* [l] owner's lock */
	int clock;			/* [I] */
	bool cancel_on_set;		/* [l] */
	atomic32 canceled;		/* [a] the clock was set, to be reported once */
	atomic32 fired;			/* [a] an expiration that is not in `ticks` yet */
	u64 ticks;			/* [l] expirations to be read */
	struct waitq readers;
};

static const struct file_ops timerfd_ops;

bool file_is_timerfd(const struct file *f)
{
	return f->ops == &timerfd_ops;
}

static void wake_readers(struct timerfd *t)
{
	if (waitq_active(&t->readers))
		wait_wake_all(&t->readers, POLLIN);
}

static void timerfd_expired(struct clock_timer *timer)
{
	struct timerfd *t = container_of(timer, struct timerfd, timer);

	atomic_xchg(&t->fired, 1);			/* C */
	wake_readers(t);				/* D */
}

static void timerfd_clock_was_set(struct clock_timer *timer)
{
	struct timerfd *t = container_of(timer, struct timerfd, timer);

	if (!READ_ONCE(t->cancel_on_set))
		return;
	atomic_xchg(&t->canceled, 1);
	wake_readers(t);
}

/* Bring `ticks` up to date; a periodic timer goes on. */
static void collect(struct timerfd *t) REQUIRES(t->lock)
{
	irqstate s;

	if (!atomic_xchg(&t->fired, 0))
		return;
	t->ticks++;
	if (t->timer.interval == 0)
		return;
	s = arch_irq_save();
	t->ticks += clock_timer_forward(&t->timer, 0);
	arch_irq_restore(s);
}

static bool readable(struct timerfd *t)
{
	return READ_ONCE(t->ticks) != 0 || atomic_read(&t->fired) || atomic_read(&t->canceled);
}

/* The expirations since the last read: 0, -EAGAIN when there are none, or -ECANCELED. */
static int take(struct timerfd *t, u64 *ticks)
{
	int error = 0;

	mutex_lock(&t->lock);
	collect(t);
	*ticks = t->ticks;
	t->ticks = 0;
	if (atomic_xchg(&t->canceled, 0))
		error = -ECANCELED;
	else if (*ticks == 0)
		error = -EAGAIN;
	mutex_unlock(&t->lock);
	return error;
}

static ssize_t timerfd_read(struct file *f, struct uio *u, u64 *pos)
{
	struct timerfd *t = f->data;
	u64 ticks;
	int error;

	if (u->left < sizeof(ticks))
		return -EINVAL;
	while ((error = take(t, &ticks)) == -EAGAIN && !(f->flags & O_NONBLOCK)) {
		error = wait_event_interruptible(&t->readers, readable(t));
		if (error)
			break;
	}
	if (error)
		return error;
	return uio_read_in(u, &ticks, sizeof(ticks)) == sizeof(ticks) ? (ssize_t)sizeof(ticks) : -EFAULT;
}

static unsigned timerfd_poll(struct file *f, struct poll_table *table)
{
	struct timerfd *t = f->data;

	poll_wait(table, &t->readers);
	return readable(t) ? POLLIN : 0;
}

static void timerfd_release(struct file *f)
{
	struct timerfd *t = f->data;

	clock_timer_stop(&t->timer);
	kfree(t);
}

static const struct file_ops timerfd_ops = {
	.read = timerfd_read,
	.poll = timerfd_poll,
	.release = timerfd_release,
	.seek_ignored = true,
	.no_splice_read = true,
};

struct file *timerfd_create(int clock, u32 flags)
{
	struct timerfd *t = kzalloc(sizeof(*t));
	struct file *f;

	if (!t)
		return ERR_PTR(-ENOMEM);
	mutex_init(&t->lock, "timerfd", RANK_OBJECT);
	clock_timer_init(&t->timer, timerfd_expired);
	t->timer.clock_was_set = timerfd_clock_was_set;
	t->clock = clock;
	waitq_init(&t->readers);
	f = file_create_anon("[timerfd]", &timerfd_ops, t, O_RDWR | flags);
	if (IS_ERR(f))
		kfree(t);
	return f;
}

static void get_locked(struct timerfd *t, struct timer_setting *now) REQUIRES(t->lock)
{
	collect(t);
	*now = (struct timer_setting){ .interval = t->timer.interval, .value = clock_timer_left(&t->timer) };
}

int timerfd_set(struct file *f, int flags, const struct timer_setting *new, struct timer_setting *old)
{
	struct timerfd *t = f->data;
	bool absolute = flags & TIMER_ABSTIME, canceled;

	mutex_lock(&t->lock);
	get_locked(t, old);
	clock_timer_stop(&t->timer);
	atomic_set(&t->fired, 0);
	t->ticks = 0;
	t->cancel_on_set = absolute && (flags & TFD_TIMER_CANCEL_ON_SET) && clock_is_calendar(t->clock);
	canceled = atomic_xchg(&t->canceled, 0);
	clock_timer_start(&t->timer, t->clock, absolute, new->value, new->interval, t->cancel_on_set);
	mutex_unlock(&t->lock);
	return canceled && new->value != 0 ? -ECANCELED : 0;
}

void timerfd_get(struct file *f, struct timer_setting *now)
{
	struct timerfd *t = f->data;

	mutex_lock(&t->lock);
	get_locked(t, now);
	mutex_unlock(&t->lock);
}
