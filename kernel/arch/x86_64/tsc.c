/*
 * The time-stamp counter: its frequency, and whether it can be trusted as the clock.
 *
 * The frequency is measured against another counter over two windows of 3 ms, and once more over the first second, which
 * is good to a millionth. Each end of a window is the tightest of several bracketed readings (TSC, reference, TSC),
 * because a reading of the reference can be interrupted by firmware or by a host. The counter is trusted when the
 * processor promises a constant rate, or when both windows agree. Set up on the boot CPU, interrupts off; refined in
 * its timer interrupt; reading is allowed in any context.
 */
#include "arch/arch.h"
#include "arch/x86_64/clock_sources.h"
#include "arch/x86_64/cpu.h"
#include "lib/log.h"

#define WINDOW_MS	3
#define BRACKETS	8		/* readings of which the tightest counts */
#define ATTEMPTS	8
#define AGREE		500		/* windows may differ by 1/500 */
#define REFERENCE_GAP	(2 * NS_PER_SEC)	/* a reference that nobody reads for this long must not lose turns */
#define SAME		100		/* measured and promised frequency may differ by 1/100 */

struct sample {
	u64 tsc, reference;
};

static u64 tsc_read(void)
{
	/* Not before earlier loads: who sees another CPU's time must not read an older one here (SDM 2B, RDTSC). */
	__asm__ volatile("lfence" : : : "memory");
	return arch_tsc();
}

static const struct clock_source *refine(void);

static struct clock_source source = { .name = "tsc", .read = tsc_read, .ring3 = true, .refine = refine };
static struct clock_source refined = { .name = "tsc", .read = tsc_read, .ring3 = true };
static const struct clock_source *measured_by;	/* NULL: the frequency is final */
static struct sample first;			/* the earliest good sample */
static bool trusted;

static struct sample take_sample(const struct clock_source *reference)
{
	struct sample best = { 0, 0 };
	u64 tightest = UINT64_MAX;

	for (unsigned i = 0; i < BRACKETS; i++) {
		u64 before = tsc_read(), value = reference->read(), width = tsc_read() - before;

		if (width < tightest) {
			tightest = width;
			best = (struct sample){ before + width / 2, value };
		}
	}
	return best;
}

static struct sample sample_after(const struct clock_source *reference, struct sample start)
{
	u64 ticks = reference->frequency * WINDOW_MS / 1000;

	while (reference->read() - start.reference < ticks)
		arch_pause();
	return take_sample(reference);
}

static u64 frequency_between(const struct clock_source *reference, struct sample a, struct sample b)
{
	u64 tsc = b.tsc - a.tsc, ticks = b.reference - a.reference;

	if (ticks == 0)		/* the reference stopped */
		return 0;
	/* Over some seconds the product would not fit: halve both, which costs less than the samples' own error. */
	while (tsc > UINT64_MAX / reference->frequency) {
		tsc /= 2;
		ticks /= 2;
	}
	return tsc * reference->frequency / ticks;
}

static bool near(u64 a, u64 b, u64 fraction)
{
	return (a > b ? a - b : b - a) <= a / fraction;
}

/* Frequency over both windows; *stable says whether they agreed. */
static u64 measure(const struct clock_source *reference, bool *stable)
{
	u64 frequency = 0;

	*stable = false;
	for (unsigned i = 0; i < ATTEMPTS && !*stable; i++) {
		struct sample a = take_sample(reference), b = sample_after(reference, a), c = sample_after(reference, b);

		first = a;
		frequency = frequency_between(reference, a, c);
		*stable = near(frequency_between(reference, a, b), frequency_between(reference, b, c), AGREE);
	}
	return frequency;
}

/* What the processor (leaf 15h) or the hypervisor (leaf 40000010h) says, in Hz; 0 when neither does. */
static u64 promised_frequency(void)
{
	u32 a, b, c, d, max;

	cpuid(0, 0, &max, &b, &c, &d);
	if (max >= 0x15) {
		cpuid(0x15, 0, &a, &b, &c, &d);
		if (a != 0 && b != 0 && c != 0)
			return (u64)c * b / a;
	}
	cpuid(1, 0, &a, &b, &c, &d);
	if (!(c >> 31))
		return 0;
	cpuid(0x40000000, 0, &max, &b, &c, &d);
	if (max < 0x40000010 || max > 0x400000ff)
		return 0;
	cpuid(0x40000010, 0, &a, &b, &c, &d);
	return a * 1000ull;
}

const struct clock_source *tsc_init(const struct clock_source *reference)
{
	u64 promised = promised_frequency();
	bool stable = false;

	source.frequency = reference ? measure(reference, &stable) : promised;
	if (promised != 0 && near(promised, source.frequency, SAME))
		source.frequency = promised;
	else if (reference && reference->max_gap > REFERENCE_GAP)
		measured_by = reference;
	trusted = cpu_features.invariant_tsc || stable;
	return source.frequency ? &source : NULL;
}

/* A second later, from a timer. A machine that was stopped meanwhile gives nonsense: then nothing changes. */
static const struct clock_source *refine(void)
{
	u64 frequency;

	if (!measured_by)
		return NULL;
	frequency = frequency_between(measured_by, first, take_sample(measured_by));
	if (frequency == 0 || !near(frequency, source.frequency, AGREE))
		return NULL;
	refined.frequency = frequency;
	log_info("clock", "TSC at %llu Hz", (unsigned long long)frequency);
	return &refined;
}

bool tsc_trusted(void)
{
	return trusted;
}

u64 clock_tsc_frequency(void)
{
	return refined.frequency ? refined.frequency : source.frequency;
}
