/* Locks, wait queues, timers and the clock on all CPUs. */
#include "arch/arch.h"
#include "lib/atomic.h"
#include "mm/slab.h"
#include "sched/clock.h"
#include "sched/lock.h"
#include "sched/task.h"
#include "sched/timer.h"
#include "sched/wait.h"
#include "tests/kernel/selftest.h"

/* ---- Locks ---- */

#define ROUNDS 5000u

struct counters {
	struct spinlock spin;
	struct mutex mutex;
	u64 under_spin;			/* [spin] */
	u64 under_mutex;		/* [mutex] */
	atomic32 inside;		/* tasks between mutex_lock and mutex_unlock */
};

static void count_under_locks(void *arg, unsigned index)
{
	struct counters *c = arg;

	for (unsigned i = 0; i < ROUNDS; i++) {
		irqstate s = spin_lock_irqsave(&c->spin);

		WRITE_ONCE(c->under_spin, READ_ONCE(c->under_spin) + 1);
		spin_unlock_irqrestore(&c->spin, s);
		if (i % 16 == 0) {
			mutex_lock(&c->mutex);
			EXPECT(atomic_add(&c->inside, 1) == 1);
			c->under_mutex++;
			if (i % 64 == 0)
				sched_yield();	/* hold it across a switch, so that others wait */
			(void)atomic_sub(&c->inside, 1);
			mutex_unlock(&c->mutex);
		}
		preempt_point();
	}
}

SELFTEST(locks_exclude)
{
	struct counters *c = kzalloc(sizeof(*c));
	unsigned tasks = 2 * cpu_count;

	if (!EXPECT(c))
		return;
	spin_init(&c->spin, "selftest", RANK_DEVICE);
	mutex_init(&c->mutex, "selftest", RANK_OBJECT);
	selftest_parallel(tasks, count_under_locks, c);
	EXPECT(c->under_spin == (u64)tasks * ROUNDS);
	EXPECT(c->under_mutex == (u64)tasks * ((ROUNDS + 15) / 16));
	kfree(c);
}

static void try_held_mutex(void *arg, unsigned index)
{
	struct mutex *m = arg;
	bool got = mutex_trylock(m);

	EXPECT(!got);
	if (got)
		mutex_unlock(m);
}

SELFTEST(trylock)
{
	struct spinlock spin = SPINLOCK_INIT("selftest", RANK_DEVICE);
	struct mutex mutex;
	irqstate s = arch_irq_save();
	bool got = spin_trylock(&spin);

	EXPECT(got);
	if (got)
		spin_unlock(&spin);
	arch_irq_restore(s);
	mutex_init(&mutex, "selftest", RANK_OBJECT);
	got = mutex_trylock(&mutex);
	EXPECT(got);
	EXPECT(mutex_held(&mutex));
	selftest_parallel(2, try_held_mutex, &mutex);
	if (got)
		mutex_unlock(&mutex);
	EXPECT(!mutex_held(&mutex));
}

/* ---- Wait queues: a lost wake-up would hang the test ---- */

#define TURNS 2000

struct pingpong {
	struct waitq queue;
	atomic32 turn;
};

static void play(void *arg, unsigned index)
{
	struct pingpong *p = arg;

	for (i32 i = 0; i < TURNS; i++) {
		wait_event(&p->queue, atomic_read(&p->turn) == 2 * i + (i32)index);
		atomic_set(&p->turn, 2 * i + (i32)index + 1);
		wait_wake(&p->queue, 0);
	}
}

SELFTEST(wait_pingpong)
{
	struct pingpong *p = kzalloc(sizeof(*p));

	if (!EXPECT(p))
		return;
	waitq_init(&p->queue);
	selftest_parallel(2, play, p);
	EXPECT(atomic_read(&p->turn) == 2 * TURNS);
	kfree(p);
}

SELFTEST(wait_times_out)
{
	struct waitq q;
	u64 deadline = clock_now() + 20 * NS_PER_MSEC;
	int error;

	waitq_init(&q);
	error = wait_event_timeout(&q, false, false, deadline);
	EXPECT(error != 0);
	EXPECT(clock_now() >= deadline);
}

/* ---- Timers ---- */

struct alarm {
	struct timer timer;
	u64 deadline;
	atomic32 fired;
	atomic32 early;
	struct waitq *queue;
};

static void on_alarm(struct timer *t)
{
	struct alarm *a = container_of(t, struct alarm, timer);

	if (clock_now() < a->deadline)
		atomic_inc(&a->early);
	atomic_inc(&a->fired);
	wait_wake_all(a->queue, 0);
}

static void alarm_init(struct alarm *a, struct waitq *q)
{
	timer_init(&a->timer, on_alarm);
	atomic_set(&a->fired, 0);
	atomic_set(&a->early, 0);
	a->queue = q;
}

static void alarm_set(struct alarm *a, u64 delay)
{
	a->deadline = clock_now() + delay;
	timer_arm(&a->timer, a->deadline);
}

static void many_alarms(void *arg, unsigned index)
{
	struct alarm alarms[20];
	struct waitq q;

	waitq_init(&q);
	for (unsigned i = 0; i < ARRAY_SIZE(alarms); i++) {
		alarm_init(&alarms[i], &q);
		alarm_set(&alarms[i], selftest_random() % (20 * NS_PER_MSEC));
	}
	for (unsigned i = 0; i < ARRAY_SIZE(alarms); i++) {
		wait_event(&q, atomic_read(&alarms[i].fired) > 0);
		(void)timer_cancel(&alarms[i].timer);	/* not running any more: it may go */
		EXPECT(atomic_read(&alarms[i].fired) == 1);
		EXPECT(atomic_read(&alarms[i].early) == 0);
	}
}

SELFTEST(timers_fire_once_and_not_early)
{
	selftest_parallel(cpu_count, many_alarms, NULL);
}

SELFTEST(timer_cancel)
{
	struct alarm a;
	struct waitq q;

	waitq_init(&q);
	alarm_init(&a, &q);
	EXPECT(!timer_cancel(&a.timer));
	alarm_set(&a, 3600 * NS_PER_SEC);
	EXPECT(timer_cancel(&a.timer));
	EXPECT(!timer_cancel(&a.timer));
	alarm_set(&a, 3600 * NS_PER_SEC);
	alarm_set(&a, NS_PER_MSEC);	/* armed again: the earlier deadline is forgotten */
	wait_event(&q, atomic_read(&a.fired) > 0);
	EXPECT(!timer_cancel(&a.timer));
	EXPECT(atomic_read(&a.fired) == 1);
	alarm_set(&a, 0);
	wait_event(&q, atomic_read(&a.fired) == 2);
	EXPECT(!timer_cancel(&a.timer));
}

/* ---- The clock ---- */

struct shared_clock {
	struct spinlock lock;
	u64 last;			/* [lock] */
};

static void read_clock(void *arg, unsigned index)
{
	struct shared_clock *c = arg;

	for (unsigned i = 0; i < 5000; i++) {
		irqstate s = spin_lock_irqsave(&c->lock);
		u64 now = clock_now();

		EXPECT(now >= c->last);
		c->last = now;
		spin_unlock_irqrestore(&c->lock, s);
		preempt_point();
	}
}

SELFTEST(clock_is_monotonic_across_cpus)
{
	struct shared_clock c = { SPINLOCK_INIT("selftest", RANK_DEVICE), 0 };

	selftest_parallel(2 * cpu_count, read_clock, &c);
}
