/*
 * The HPET's main counter as a clock source. Only the counter is used, no comparator.
 *
 * The counter may be 32 bits wide, and a 64-bit read is not atomic on every machine that has 64 (emulators split it),
 * so only the low half is read, and extended: `extended` holds the latest full reading that anybody took.
 * A reading is the 64-bit value nearest to it whose low half is what the counter shows, which is right as long as
 * nobody lags or leads by half a turn, 2^31 ticks (21 s at 100 MHz); max_gap keeps a quarter of that. No lock: a reader
 * that loses the race to advance `extended` has its own correct value all the same.
 */
#include "arch/x86_64/clock_sources.h"
#include "lib/atomic.h"
#include "lib/log.h"
#include "mm/kmap.h"

#define HPET_SIZE	1024
#define HPET_CAPS	0x000		/* period in femtoseconds in the upper half */
#define HPET_CONFIG	0x010
#define HPET_COUNTER	0x0f0
#define CONFIG_ENABLE	(1u << 0)
#define CONFIG_LEGACY	(1u << 1)	/* comparators 0 and 1 take the PIT's and the RTC's lines over */
#define PERIOD_MIN	100000u		/* 10 GHz: nothing is faster */
#define PERIOD_MAX	100000000u	/* 10 MHz: the specification's slowest */
#define FEMTO		1000000000000000ull

static volatile u8 *registers;		/* [I after hpet_init] */
static atomic64 extended = ATOMIC(0);

static u32 hpet_get(u32 offset)
{
	return *(volatile u32 *)(registers + offset);
}

static void hpet_put(u32 offset, u32 value)
{
	*(volatile u32 *)(registers + offset) = value;
}

static u64 hpet_read(void)
{
	i64 last = atomic_read_acquire(&extended);
	i32 ahead = (i32)(hpet_get(HPET_COUNTER) - (u32)last);
	i64 now = last + ahead;

	if (ahead > 0)
		(void)atomic_cas(&extended, last, now);
	return (u64)now;
}

static struct clock_source source = { .name = "hpet", .read = hpet_read };

/* Does the counter count? So many reads take longer than any period allowed. */
static bool counts(void)
{
	u32 first = hpet_get(HPET_COUNTER);

	for (unsigned i = 0; i < 1000; i++)
		if (hpet_get(HPET_COUNTER) != first)
			return true;
	return false;
}

const struct clock_source *hpet_init(u64 physical)
{
	u32 period;

	if (physical == 0)
		return NULL;
	registers = kmap_io(PADDR(physical), HPET_SIZE, KMAP_UNCACHED);
	if (!registers)
		return NULL;
	period = hpet_get(HPET_CAPS + 4);
	if (period < PERIOD_MIN || period > PERIOD_MAX) {
		log_warn("clock", "HPET: impossible period of %u fs", period);
		return NULL;
	}
	hpet_put(HPET_CONFIG, (hpet_get(HPET_CONFIG) & ~CONFIG_LEGACY) | CONFIG_ENABLE);
	if (!counts()) {
		log_warn("clock", "HPET: the counter stands still");
		return NULL;
	}
	source.frequency = FEMTO / period;
	source.max_gap = (1ull << 29) * (period / 1000) / 1000;
	atomic_set(&extended, (i64)(1ull << 32 | hpet_get(HPET_COUNTER)));
	return &source;
}
