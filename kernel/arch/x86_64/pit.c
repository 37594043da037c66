/*
 * The 8254 timer as a clock source: channel 2, the loudspeaker's, because it interrupts nobody. It counts 65536 down to
 * 0 at 1.193182 MHz, over and over; turns are counted whenever somebody reads.
 *
 * A read is a latch command and two bytes, which must not mix with another CPU's, and it adds the ticks since the last
 * read to the sum: `busy` guards both. Somebody must read every 54 ms, or a turn goes by unseen, so the keep-alive timer reads every
 * 20 ms (max_gap). That is not enough where a host takes the CPU away for longer. Hence a second opinion: the TSC, whose rate
 * is known roughly even where it cannot be trusted, says how many whole turns went by between two reads. It is believed to half a turn,
 * 27 ms: a TSC that runs twice as fast as it did when it was measured adds nothing to a read after 20 ms, and one that
 * stands still while the CPU sleeps finds less than there was. The source is for machines without anything better.
 *
 * `busy` is not a spinlock of lock.h: panics and NMIs ask for the time too, perhaps over a holder that will never let
 * go. A reader that does not get it in time answers the latest sum, which is a valid, slightly old reading.
 */
#include "arch/arch.h"
#include "arch/x86_64/clock_sources.h"
#include "lib/atomic.h"
#include "lib/log.h"

#define PIT_CHANNEL2	0x42
#define PIT_COMMAND	0x43
#define LATCH_2		0x80		/* hold channel 2's count for reading */
#define MODE_2		0xb4		/* channel 2: both bytes, rate generator, binary */
#define CONTROL_B	0x61		/* bit 0: channel 2's gate, bit 1: loudspeaker */
#define PIT_FREQUENCY	1193182u
#define MAX_GAP		(20 * NS_PER_MSEC)
#define TURN		65536u
#define PATIENCE	10000		/* attempts; a reading takes as long as a few of them */

static atomic32 busy = ATOMIC(0);
static atomic64 sum = ATOMIC(0);	/* [busy to change] ticks since pit_init */
static u16 last_count;			/* [busy] */
static u64 last_tsc;			/* [busy] when that was read */
static u64 ticks_per_tsc_32;		/* [I after pit_know_tsc] PIT ticks in a TSC tick, 32 binary places; 0: not known */

static u16 latched_count(void)
{
	u8 low;

	arch_out8(PIT_COMMAND, LATCH_2);
	low = arch_in8(PIT_CHANNEL2);
	return (u16)(low | arch_in8(PIT_CHANNEL2) << 8);
}

/* Whole turns between two reads that are `ticks` apart but for those. */
static u64 turns_missed(u64 tsc, u16 ticks)
{
	u64 by_tsc = (u64)((unsigned __int128)tsc * ticks_per_tsc_32 >> 32);

	return by_tsc > ticks ? (by_tsc - ticks + TURN / 2) / TURN : 0;
}

void pit_know_tsc(u64 frequency)
{
	ticks_per_tsc_32 = frequency ? ((u64)PIT_FREQUENCY << 32) / frequency : 0;
}

static u64 pit_read(void)
{
	irqstate s = arch_irq_save();
	u64 result, tsc, elapsed;
	u16 count;

	for (unsigned i = 0; !atomic_cas(&busy, 0, 1); i++) {
		if (i == PATIENCE) {
			arch_irq_restore(s);
			return (u64)atomic_read(&sum);
		}
		arch_pause();
	}
	count = latched_count();
	tsc = arch_tsc();
	elapsed = tsc > last_tsc ? tsc - last_tsc : 0;		/* another CPU's may be a hair behind */
	result = (u64)atomic_read(&sum) + (u16)(last_count - count) + TURN * turns_missed(elapsed, (u16)(last_count - count));
	last_count = count;
	last_tsc = tsc;
	atomic_set(&sum, (i64)result);
	atomic_set_release(&busy, 0);
	arch_irq_restore(s);
	return result;
}

static const struct clock_source source = {
	.name = "pit", .read = pit_read, .frequency = PIT_FREQUENCY, .max_gap = MAX_GAP,
};

static bool counts(void)
{
	u16 first = latched_count();

	for (unsigned i = 0; i < 1000; i++)
		if (latched_count() != first)
			return true;
	return false;
}

const struct clock_source *pit_init(void)
{
	arch_out8(CONTROL_B, (u8)((arch_in8(CONTROL_B) & ~3u) | 1));
	arch_out8(PIT_COMMAND, MODE_2);
	arch_out8(PIT_CHANNEL2, 0);		/* 0 stands for 65536 */
	arch_out8(PIT_CHANNEL2, 0);
	if (!counts()) {
		log_warn("clock", "PIT: channel 2 stands still");
		return NULL;
	}
	last_count = latched_count();
	last_tsc = arch_tsc();
	return &source;
}
