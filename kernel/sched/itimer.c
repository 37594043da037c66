/*
 * Interval timers. ITIMER_REAL is process->alarm, whose expiry re-arms itself (process_alarm in signal_send.c); itimer_lock
 * orders its settings. The CPU-time ones are counted down by the scheduler of whatever CPU runs a thread, so their words are
 * atomic: `left` falls to 0 and below, and the tick that swaps in the next value is the one that sends.
 */
#include "sched/itimer.h"

#include "sched/process_internal.h"

static const int signals[] = { [ITIMER_VIRTUAL] = SIGVTALRM, [ITIMER_PROF] = SIGPROF };

/* What is left, at least 1 µs while it is armed, as Linux says. */
static u64 left_of(u64 expires, u64 now)
{
	return expires > now + NS_PER_USEC ? expires - now : NS_PER_USEC;
}

static void get_real(struct process *p, struct itimer_setting *s) REQUIRES(p->itimer_lock)
{
	s->interval = p->alarm_interval;
	s->value = p->alarm_interval != 0 || timer_armed(&p->alarm) ? left_of(READ_ONCE(p->alarm.deadline), clock_now()) : 0;
}

static void set_real(struct process *p, const struct itimer_setting *s) REQUIRES(p->itimer_lock)
{
	timer_cancel(&p->alarm);
	WRITE_ONCE(p->alarm_interval, s->value ? s->interval : 0);
	if (s->value != 0)
		timer_arm(&p->alarm, clock_now() + MIN(s->value, TIME_NEVER / 2));
}

static void get_cpu(struct process *p, enum itimer_which which, struct itimer_setting *s)
{
	struct cpu_itimer *t = &p->cpu_itimers[which - ITIMER_VIRTUAL];
	i64 left = atomic_read(&t->left);

	s->interval = (u64)atomic_read(&t->interval);
	s->value = 0;
	if (atomic_read(&p->cpu_watch) & 1 << which)
		s->value = left > (i64)NS_PER_USEC ? (u64)left : NS_PER_USEC;
}

static void set_cpu(struct process *p, enum itimer_which which, const struct itimer_setting *s)
{
	struct cpu_itimer *t = &p->cpu_itimers[which - ITIMER_VIRTUAL];

	atomic_and(&p->cpu_watch, ~(1 << which));
	atomic_set(&t->interval, (i64)MIN(s->value ? s->interval : 0, (u64)INT64_MAX));
	atomic_set(&t->left, (i64)MIN(s->value, (u64)INT64_MAX));
	if (s->value != 0)
		atomic_or(&p->cpu_watch, 1 << which);
}

static void get_locked(struct process *p, enum itimer_which which, struct itimer_setting *s) REQUIRES(p->itimer_lock)
{
	if (which == ITIMER_REAL)
		get_real(p, s);
	else
		get_cpu(p, which, s);
}

void itimer_get(enum itimer_which which, struct itimer_setting *now)
{
	struct process *p = current->process;

	mutex_lock(&p->itimer_lock);
	get_locked(p, which, now);
	mutex_unlock(&p->itimer_lock);
}

void itimer_set(enum itimer_which which, const struct itimer_setting *new, struct itimer_setting *old)
{
	struct process *p = current->process;

	mutex_lock(&p->itimer_lock);
	if (old)
		get_locked(p, which, old);
	if (which == ITIMER_REAL)
		set_real(p, new);
	else
		set_cpu(p, which, new);
	mutex_unlock(&p->itimer_lock);
}

/* ---- Time on a CPU ---- */

void itimer_charge(struct process *p, u64 ns, bool user)
{
	int armed = atomic_read(&p->cpu_watch);

	if ((armed & 1 << ITIMER_VIRTUAL) && user)
		atomic_sub(&p->cpu_itimers[0].left, (i64)ns);
	if (armed & 1 << ITIMER_PROF)
		atomic_sub(&p->cpu_itimers[1].left, (i64)ns);
}

/* True when it has expired and this is the tick that says so. Intervals that were passed over are one signal. */
static bool expire(struct process *p, enum itimer_which which)
{
	struct cpu_itimer *t = &p->cpu_itimers[which - ITIMER_VIRTUAL];
	i64 left = atomic_read(&t->left), interval = atomic_read(&t->interval);

	if (left > 0)
		return false;
	if (interval == 0)
		return atomic_and(&p->cpu_watch, ~(1 << which)) & 1 << which;
	return atomic_cas(&t->left, left, interval - -left % interval);
}

void itimer_tick(struct process *p)
{
	int armed = atomic_read(&p->cpu_watch);

	for (enum itimer_which which = ITIMER_VIRTUAL; which <= ITIMER_PROF; which++)
		if ((armed & 1 << which) && expire(p, which))
			(void)!signal_send_process(p, signals[which], NULL);
}
