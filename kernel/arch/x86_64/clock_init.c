/*
 * The choice of the clock: the TSC where it can be trusted, else the HPET, else the PIT; `forced` insists on one. Boot
 * CPU, once, interrupts off.
 */
#include "arch/arch.h"
#include "arch/x86_64/clock_sources.h"
#include "drivers/acpi.h"
#include "lib/assert.h"
#include "lib/log.h"
#include "lib/string.h"

/* The first of the list that exists and bears the name; NULL for the name: the first that exists. */
static const struct clock_source *pick(const struct clock_source *const *list, unsigned count, const char *name)
{
	for (unsigned i = 0; i < count; i++)
		if (list[i] && (!name || strcmp(list[i]->name, name) == 0))
			return list[i];
	return NULL;
}

static void start_calendar(void)
{
	const struct acpi_power *p = acpi_power_info();
	u64 seconds = p->no_rtc ? 0 : rtc_read(p->century_register);

	if (seconds == 0)
		log_warn("clock", "the calendar clock holds no valid date");
	else
		clock_boot_realtime(seconds);
}

void clock_init(const char *forced)
{
	const struct clock_source *hpet = hpet_init(acpi_hpet_address());
	const struct clock_source *pit = !hpet || (forced && strcmp(forced, "pit") == 0) ? pit_init() : NULL;
	const struct clock_source *tsc = tsc_init(hpet ? hpet : pit);

	const struct clock_source *by_worth[] = { tsc_trusted() ? tsc : NULL, hpet, pit, tsc };
	const struct clock_source *existing[] = { tsc, hpet, pit };
	const struct clock_source *chosen = forced ? pick(existing, ARRAY_SIZE(existing), forced) : NULL;

	if (pit)
		pit_know_tsc(tsc ? tsc->frequency : 0);
	if (forced && !chosen)
		log_warn("clock", "clock=%s: this machine has no such source (tsc, hpet or pit)", forced);
	if (!chosen)
		chosen = pick(by_worth, ARRAY_SIZE(by_worth), NULL);
	if (!chosen)
		panic("this machine has neither HPET nor PIT nor a TSC of known frequency: no clock");
	clock_set_source(chosen);
	start_calendar();
	log_info("clock", "%s; TSC at %llu kHz, %s", chosen->name, (unsigned long long)clock_tsc_frequency() / 1000,
		 tsc_trusted() ? "steady" : "not trusted");
}

void clock_calibrate_delay(u64 ns)
{
	u64 end = clock_now() + ns;

	ASSERT(clock_source());
	while (clock_now() < end)
		arch_pause();
}
