/*
 * The chart of the boot's phases, in the log, and boot_fail's last sentence. Phases are added one after the other by
 * the boot CPU's one context, so there is no lock.
 */
#include "boot/phases.h"
#include "arch/arch.h"
#include "boot/boot.h"
#include "lib/assert.h"
#include "lib/log.h"
#include "sched/clock.h"

#define PHASES_MAX 16
#define BAR_WIDTH  40

/* A part belongs to the next phase that is none. */
static struct phase {
	const char *name;
	bool is_part;
	u64 end;			/* TSC ticks since reset */
} phases[PHASES_MAX];
static unsigned phase_count;

static void add(const char *name, bool is_part, u64 end)
{
	if (phase_count < PHASES_MAX)
		phases[phase_count++] = (struct phase){ name, is_part, end };
}

void boot_phases_start(const struct boot_times *times)
{
	add("firmware", false, times->loader_start);
	add("files", true, times->files_read);
	add("tables", true, times->kernel_entry);
	add("loader", false, times->kernel_entry);
}

void boot_phase(const char *name)
{
	add(name, false, arch_tsc());
}

void boot_part(const char *name)
{
	add(name, true, arch_tsc());
}

static void print_phase(const struct phase *p, u64 start, u64 total)
{
	static const char bar[BAR_WIDTH + 1] = "########################################";
	u64 per_ms = MAX(clock_tsc_frequency() / 1000, 1ul), ticks = p->end - start;
	int width = p->is_part ? 0 : (int)(ticks * BAR_WIDTH / MAX(total, 1ul));

	log_info("boot", "%s%-*s %6lu.%02lu ms %.*s", p->is_part ? "  " : "", p->is_part ? 14 : 16, p->name, ticks / per_ms,
		 ticks * 100 / per_ms % 100, width, bar);
}

void boot_phases_print(void)
{
	u64 total = phase_count ? phases[phase_count - 1].end : 0, phase_start = 0, part_start = 0;

	for (unsigned i = 0; i < phase_count; i++) {
		print_phase(&phases[i], phases[i].is_part ? part_start : phase_start, total);
		part_start = phases[i].end;
		if (!phases[i].is_part)
			phase_start = phases[i].end;
	}
}

void boot_fail(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	log_vline(LOG_ERROR, "boot", format, ap);
	va_end(ap);
	arch_exit_machine(PANIC_STATUS);
}
