/* The chart of the boot's phases, in the log, and boot_fail's last sentence. */
#include "boot/phases.h"
#include "arch/arch.h"
#include "boot/boot.h"
#include "lib/assert.h"
#include "lib/log.h"
#include "sched/clock.h"

#define PHASES_MAX 16
#define BAR_WIDTH  40

static struct phase {
	const char *name;
	u64 end;			/* TSC ticks since reset */
} phases[PHASES_MAX];
static unsigned phase_count;

static void add(const char *name, u64 end)
{
	if (phase_count < PHASES_MAX)
		phases[phase_count++] = (struct phase){ name, end };
}

void boot_phases_start(const struct boot_times *times)
{
	add("firmware", times->loader_start);
	add("loader: files", times->files_read);
	add("loader: tables", times->kernel_entry);
}

void boot_phase(const char *name)
{
	add(name, arch_tsc());
}

void boot_phases_print(void)
{
	static const char bar[BAR_WIDTH + 1] = "########################################";
	u64 total = phases[phase_count - 1].end, start = 0;
	u64 per_ms = clock_tsc_frequency() / 1000;

	for (unsigned i = 0; i < phase_count; i++) {
		u64 ticks = phases[i].end - start;
		int width = total ? (int)(ticks * BAR_WIDTH / total) : 0;

		log_info("boot", "%-16s %6lu.%02lu ms %.*s", phases[i].name, per_ms ? ticks / per_ms : 0,
			 per_ms ? ticks * 100 / per_ms % 100 : 0, width, bar);
		start = phases[i].end;
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
