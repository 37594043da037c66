/*
 * Load averages from samples every five seconds of clock_now(). A sample is taken by the first tick of a busy CPU after it is
 * due, or by its next switch. One that comes much later says that no CPU was busy when the sample was due, for a busy one ticks: such
 * samples count as zero, all at once, by whoever comes next. load_lock guards everything here; interrupts are off while it is held.
 */
#include "sched/loadavg.h"

#include "arch/arch.h"
#include "sched/clock.h"
#include "sched/lock.h"
#include "sched/task.h"

#define PERIOD  (5 * NS_PER_SEC)
#define LATE    (20 * NS_PER_MSEC)	/* a busy CPU ticks more often than this */
#define ONE     (1ull << 32)

static struct spinlock load_lock = SPINLOCK_INIT("loadavg", RANK_LOG);
u64 loadavg_due = PERIOD;		/* [load_lock] to change */
static u64 averages[3];			/* [load_lock] << 32 */

/* What is left of an average after one period: e to the power of -5/60, -5/300, -5/900, << 32. */
static const u64 decay[3] = { 3951560672, 4223977731, 4271172524 };

static u64 multiply(u64 a, u64 fraction)
{
	return (u64)((unsigned __int128)a * fraction >> 32);
}

/* fraction to the power of n, << 32 */
static u64 power(u64 fraction, u64 n)
{
	u64 result = ONE;

	for (; n > 0; n >>= 1) {
		if (n & 1)
			result = multiply(result, fraction);
		fraction = multiply(fraction, fraction);
	}
	return result;
}

static void count_missed(u64 periods) REQUIRES(load_lock)
{
	for (unsigned i = 0; i < 3; i++)
		averages[i] = multiply(averages[i], power(decay[i], periods));
	WRITE_ONCE(loadavg_due, loadavg_due + periods * PERIOD);
}

static void count_sample(u64 active) REQUIRES(load_lock)
{
	for (unsigned i = 0; i < 3; i++)
		averages[i] = multiply(averages[i], decay[i]) + active * (ONE - decay[i]);
	WRITE_ONCE(loadavg_due, loadavg_due + PERIOD);
}

/* Every sample that was due more than LATE ago was of an idle machine. */
static void catch_up(u64 now) REQUIRES(load_lock)
{
	if (now > loadavg_due + LATE)
		count_missed((now - LATE - loadavg_due - 1) / PERIOD + 1);
}

static u64 count_active(void)
{
	struct cpu_load load;
	u64 active = 0;

	for (unsigned cpu = 0; cpu < cpu_count; cpu++) {
		sched_cpu_load(cpu, &load);
		active += load.runnable;
	}
	return active;
}

void loadavg_sample(u64 now)
{
	irqstate s = spin_lock_irqsave(&load_lock);

	catch_up(now);
	if (now >= loadavg_due)
		count_sample(count_active());
	spin_unlock_irqrestore(&load_lock, s);
}

void loadavg_get(u64 loads[3])
{
	irqstate s = spin_lock_irqsave(&load_lock);

	catch_up(clock_now());
	for (unsigned i = 0; i < 3; i++)
		loads[i] = averages[i] >> (32 - LOAD_SHIFT);
	spin_unlock_irqrestore(&load_lock, s);
}
