/* The local APIC (SDM 3A, chapter 11). Each CPU touches only its own; the ICR is written with interrupts off. */
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/irq.h"
#include "lib/assert.h"
#include "lib/log.h"
#include "mm/kmap.h"
#include "sched/clock.h"

enum apic_register {
	APIC_ID = 0x02, APIC_TPR = 0x08, APIC_EOI = 0x0b, APIC_SPURIOUS = 0x0f, APIC_ICR_LOW = 0x30, APIC_ICR_HIGH = 0x31,
	APIC_LVT_TIMER = 0x32, APIC_LVT_THERMAL = 0x33, APIC_LVT_PERF = 0x34, APIC_LVT_LINT0 = 0x35, APIC_LVT_LINT1 = 0x36,
	APIC_LVT_ERROR = 0x37, APIC_TIMER_INITIAL = 0x38, APIC_TIMER_CURRENT = 0x39, APIC_TIMER_DIVIDE = 0x3e,
};

#define MSR_X2APIC            0x800
#define APIC_BASE_ENABLE      (1ul << 11)
#define APIC_BASE_X2          (1ul << 10)
#define SPURIOUS_ENABLE       (1u << 8)
#define LVT_MASKED            (1u << 16)
#define LVT_TSC_DEADLINE      (2u << 17)
#define ICR_INIT              (5u << 8)
#define ICR_STARTUP           (6u << 8)
#define ICR_NMI               (4u << 8)
#define ICR_PENDING           (1u << 12)
#define ICR_ASSERT            (1u << 14)
#define TIMER_DIVIDE_BY_1     0xbu
#define CALIBRATION_NS        (5 * NS_PER_MSEC)
#define CALIBRATIONS          8	/* attempts to find two that agree … */
#define AGREE                 200	/* … to within 1/200 */
#define BRACKETS              8	/* readings of which the tightest counts */

static volatile u32 *mmio;		/* [I] NULL in x2APIC mode */
static bool tsc_deadline;		/* [I] */
static u64 ticks_per_ns_32;		/* [I] timer (or TSC) ticks per ns, 32 binary places */

static u32 apic_read(enum apic_register r)
{
	return mmio ? mmio[r * 4] : (u32)rdmsr(MSR_X2APIC + r);
}

static void apic_write(enum apic_register r, u32 v)
{
	if (mmio)
		mmio[r * 4] = v;
	else
		wrmsr(MSR_X2APIC + r, v);
}

void apic_init_boot(paddr physical_base)
{
	if (!cpu_features.x2apic) {
		mmio = kmap_io(physical_base, PAGE_SIZE, KMAP_UNCACHED);
		if (!mmio)
			panic("no memory to map the local APIC");
	}
	apic_init_cpu();
}

void apic_init_cpu(void)
{
	wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_BASE_ENABLE | (mmio ? 0 : APIC_BASE_X2));
	this_cpu()->ipi_target = UINT32_MAX;
	apic_write(APIC_TPR, 0);
	apic_write(APIC_LVT_TIMER, LVT_MASKED);
	apic_write(APIC_LVT_LINT0, LVT_MASKED);
	apic_write(APIC_LVT_LINT1, LVT_MASKED);
	apic_write(APIC_LVT_ERROR, LVT_MASKED);
	apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
}

u32 apic_id(void)
{
	u32 v = apic_read(APIC_ID);

	return mmio ? v >> 24 : v;
}

void apic_eoi(void)
{
	apic_write(APIC_EOI, 0);
}

static void send(u32 id, u32 command)
{
	irqstate s = arch_irq_save();

	if (mmio) {
		while (apic_read(APIC_ICR_LOW) & ICR_PENDING)
			arch_pause();
		if (this_cpu()->ipi_target != id) {		/* each access leaves an emulator's translated code */
			apic_write(APIC_ICR_HIGH, id << 24);
			this_cpu()->ipi_target = id;
		}
		apic_write(APIC_ICR_LOW, command);
	} else {
		smp_mb();	/* x2APIC writes do not order earlier stores: SDM 3A, 11.12.3 */
		wrmsr(MSR_X2APIC + APIC_ICR_LOW, (u64)id << 32 | command);
	}
	arch_irq_restore(s);
}

void apic_send_ipi(u32 id, unsigned vector) { send(id, ICR_ASSERT | vector); }
void apic_send_nmi(u32 id) { send(id, ICR_ASSERT | ICR_NMI); }
void apic_send_init(u32 id) { send(id, ICR_ASSERT | ICR_INIT); }
void apic_send_startup(u32 id, u8 page) { send(id, ICR_ASSERT | ICR_STARTUP | page); }

void arch_ipi_reschedule(unsigned cpu)
{
	apic_send_ipi(cpus[cpu]->apic_id, VECTOR_RESCHEDULE);
}

/* What the timer showed, and when. */
struct timer_sample {
	u64 ns;
	u32 left;
};

/*
 * A host or the firmware may take the CPU away between any two instructions. A timer that counted on meanwhile would pass for a faster
 * one, and every sleep would last too long; so the reading counts that lies between the two closest looks at the clock.
 */
static struct timer_sample sample_timer(void)
{
	struct timer_sample best = { 0, 0 };
	u64 tightest = UINT64_MAX;

	for (unsigned i = 0; i < BRACKETS; i++) {
		u64 before = clock_now();
		u32 left = apic_read(APIC_TIMER_CURRENT);
		u64 width = clock_now() - before;

		if (width < tightest) {
			tightest = width;
			best = (struct timer_sample){ before + width / 2, left };
		}
	}
	return best;
}

static u64 measure_timer(void)
{
	struct timer_sample first, last;

	apic_write(APIC_TIMER_INITIAL, UINT32_MAX);
	first = sample_timer();
	while (clock_now() - first.ns < CALIBRATION_NS)
		arch_pause();
	last = sample_timer();
	apic_write(APIC_TIMER_INITIAL, 0);
	return ((u64)(first.left - last.left) << 32) / (last.ns - first.ns);
}

/* The last of several when no two in a row agree. */
static u64 measure_until_agreed(void)
{
	u64 before = measure_timer(), now = before;

	for (unsigned i = 1; i < CALIBRATIONS; i++) {
		now = measure_timer();
		if ((now > before ? now - before : before - now) <= now / AGREE)
			break;
		before = now;
	}
	return now;
}

void apic_timer_calibrate(void)
{
	tsc_deadline = cpu_features.tsc_deadline && clock_source()->ring3;	/* the clock is the TSC */
	if (tsc_deadline) {
		ticks_per_ns_32 = (clock_tsc_frequency() << 28) / (NS_PER_SEC >> 4);
	} else {
		apic_write(APIC_TIMER_DIVIDE, TIMER_DIVIDE_BY_1);
		ticks_per_ns_32 = measure_until_agreed();
		if (ticks_per_ns_32 == 0)
			panic("the local APIC's timer does not count");
	}
	log_info("apic", "%s, timer %s%lu MHz", mmio ? "xAPIC" : "x2APIC", tsc_deadline ? "in TSC-deadline mode, " : "",
		 ticks_per_ns_32 * 1000 >> 32);
	apic_timer_init_cpu();
}

/*
 * In TSC-deadline mode a write of the deadline before the mode has taken effect would be lost, and the write of the mode, a store to
 * device memory, is not ordered against WRMSR otherwise (SDM 3A, 11.5.4.1). Later deadlines need no fence: what a timer
 * interrupt needs to see was written by this CPU.
 */
void apic_timer_init_cpu(void)
{
	apic_write(APIC_TIMER_DIVIDE, TIMER_DIVIDE_BY_1);
	apic_write(APIC_LVT_TIMER, VECTOR_TIMER | (tsc_deadline ? LVT_TSC_DEADLINE : 0));
	if (tsc_deadline)
		__asm__ volatile("mfence\n\tlfence" : : : "memory");
}

/* Never early: the count is rounded up; a far deadline is cut short, and the interrupt then finds nothing due. */
void arch_timer_arm(u64 deadline)
{
	u64 now = clock_now();
	u64 ns = deadline > now ? deadline - now : 0;
	u64 ticks;

	ns = MIN(ns, NS_PER_SEC);
	ticks = (u64)((unsigned __int128)ns * ticks_per_ns_32 >> 32) + 1;
	if (tsc_deadline)
		wrmsr(MSR_TSC_DEADLINE, arch_tsc() + ticks);
	else
		apic_write(APIC_TIMER_INITIAL, (u32)MIN(ticks, (u64)UINT32_MAX));
}
